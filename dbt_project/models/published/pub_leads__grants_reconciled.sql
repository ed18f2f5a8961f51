select
    program_code,
    program_name,
    period,
    reported_eur,
    paid_eur,
    difference_eur,
    reconciliation_status,
    is_synthetic
from {{ ref('fct_grants_reconciled') }}

select
    program_code,
    program_name,
    period,
    paid_eur,
    cofunding_eur,
    leverage,
    coverage_met,
    coverage_due,
    data_status,
    footnote,
    is_synthetic
from {{ ref('fct_leverage') }}

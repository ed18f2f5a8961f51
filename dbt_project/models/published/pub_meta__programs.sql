select
    program_code,
    program_name,
    purpose,
    limitations,
    period_kind,
    is_synthetic
from {{ ref('dim_program') }}

select
    cofunding_id,
    funder_name,
    cofunding_date,
    period,
    funded_program_code as program_code,
    funded_program_name as program_name,
    kind_code as kind,
    cast(cofunding_native as decimal(18, 2)) as cofunding_native,
    currency_code,
    cast(rate as decimal(18, 6)) as rate,
    rate_date,
    cast(cofunding_eur as decimal(18, 2)) as cofunding_eur,
    submission_id,
    source_sheet,
    source_row,
    is_synthetic
from {{ ref('fct_cofunding_entries') }}

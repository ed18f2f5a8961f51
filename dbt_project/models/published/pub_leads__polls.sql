select
    wave_code,
    country_code,
    country_name,
    cast(respondent_count as integer) as respondent_count,
    sample_type_code,
    question_version,
    cast(psu_count as integer) as psu_count,
    is_weighted,
    is_synthetic
from {{ ref('fct_polls') }}

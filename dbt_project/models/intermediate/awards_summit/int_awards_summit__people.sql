select distinct
    'awards_summit' as program_code,
    partner_code,
    period,
    person_key,
    key_name
from {{ ref('stg_awards_summit__attendees') }}

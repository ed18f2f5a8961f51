-- Reached in a quarter are advocates who were members on any day of it.
select distinct
    'community_of_practice' as program_code,
    partner_code,
    period,
    person_key,
    key_name
from {{ ref('stg_community_of_practice__members') }}
where
    person_key is not null
    and joined_on <= {{ quarter_end('period') }}
    and (left_on is null or left_on >= {{ quarter_start('period') }})

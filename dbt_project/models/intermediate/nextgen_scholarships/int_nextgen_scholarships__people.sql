-- Reached in a quarter are scholars who held the scholarship on any day of it.
select distinct
    'nextgen_scholarships' as program_code,
    partner_code,
    period,
    person_key,
    key_name
from {{ ref('stg_nextgen_scholarships__scholars') }}
where
    person_key is not null
    and awarded_on <= {{ quarter_end('period') }}
    and (status_code in ('active', 'paused') or status_on >= {{ quarter_start('period') }})

select distinct
    program_code,
    partner_code,
    period,
    indicator_code
from {{ ref('stg_ledger__waivers') }}
where
    indicator_code is not null
    and (expires_on is null or expires_on >= {{ as_of_date() }})

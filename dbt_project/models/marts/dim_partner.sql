select
    program_code,
    partner_code,
    partner_name,
    country_code,
    since as first_period,
    nullif(until, '') as last_period,
    nullif(waves, '') as wave_periods,
    is_synthetic,
    {{ quarter_index('since') }} as first_period_index,
    case
        when coalesce(until, '') <> '' then {{ quarter_index('until') }}
    end as last_period_index
from {{ ref('partners') }}

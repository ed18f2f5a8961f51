select
    'research_policy' as program_code,
    partner_code,
    period,
    {{ each_code('barrier_codes') }} as barrier_code,
    case when stage_code in ('published', 'presented') then 'recommended' else stage_code end as side_code,
    cast(null as string) as heard_unit,
    output_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_research_policy__outputs') }}
where kind_code = 'recommendation'

select
    'cheer' as program_code,
    partner_code,
    period,
    {{ each_code('barrier_codes') }} as barrier_code,
    'heard' as side_code,
    'roundtables naming it' as heard_unit,
    concat(period, '/', roundtable_id) as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_cheer__roundtables') }}

union all

-- An idea is not agreed yet.
select
    'cheer' as program_code,
    partner_code,
    period,
    {{ each_code('barrier_codes') }} as barrier_code,
    case stage_code
        when 'designed' then 'agreed'
        when 'running' then 'under_way'
        when 'completed' then 'done'
        else 'dropped'
    end as side_code,
    cast(null as string) as heard_unit,
    solution_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_cheer__solutions') }}
where stage_code <> 'idea'

union all

select
    'cheer' as program_code,
    partner_code,
    period,
    barrier_code,
    'traced' as side_code,
    cast(null as string) as heard_unit,
    solution_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('int_cheer__solutions_traced') }}

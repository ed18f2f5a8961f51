select
    'hemophilia_b' as program_code,
    partner_code,
    period,
    barrier_code,
    'heard' as side_code,
    'findings about it' as heard_unit,
    finding_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_hemophilia_b__findings') }}

union all

select
    'hemophilia_b' as program_code,
    partner_code,
    period,
    barrier_code,
    case change_stage_code
        when 'proposed' then 'recommended'
        when 'under_discussion' then 'taken_up'
        when 'in_force' then 'implemented'
        when 'rejected' then 'dropped'
        else change_stage_code
    end as side_code,
    cast(null as string) as heard_unit,
    finding_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_hemophilia_b__findings') }}
where change_stage_code is not null

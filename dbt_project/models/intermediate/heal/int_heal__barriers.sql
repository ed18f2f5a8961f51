select
    'heal' as program_code,
    partner_code,
    period,
    barrier_code,
    'heard' as side_code,
    'patients naming it' as heard_unit,
    concat(submission_id, '/', cast(source_row as string)) as item_id,
    mentions_count_low as count_low,
    mentions_count_high as count_high
from {{ ref('stg_heal__survey_feedback') }}

union all

select
    'heal' as program_code,
    partner_code,
    period,
    barrier_code,
    case stage_code
        when 'planned' then 'agreed'
        when 'running' then 'under_way'
        when 'completed' then 'done'
        else 'dropped'
    end as side_code,
    cast(null as string) as heard_unit,
    intervention_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_heal__interventions') }}

select
    'dialogue_events' as program_code,
    partner_code,
    period,
    {{ each_code('barrier_codes') }} as barrier_code,
    'heard' as side_code,
    'dialogues naming it' as heard_unit,
    concat(period, '/', dialogue_id) as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_dialogue_events__dialogues') }}

union all

select
    'dialogue_events' as program_code,
    partner_code,
    period,
    {{ each_code('barrier_codes') }} as barrier_code,
    stage_code as side_code,
    cast(null as string) as heard_unit,
    action_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('stg_dialogue_events__actions') }}

union all

select
    'dialogue_events' as program_code,
    partner_code,
    period,
    barrier_code,
    'traced' as side_code,
    cast(null as string) as heard_unit,
    action_id as item_id,
    1 as count_low,
    1 as count_high
from {{ ref('int_dialogue_events__actions_traced') }}

with named as (
    select
        partner_code,
        period,
        dialogue_id,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_dialogue_events__dialogues') }}
),

addressed as (
    select
        partner_code,
        period,
        action_id,
        dialogue_id,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_dialogue_events__actions') }}
)

select distinct
    addressed.partner_code,
    addressed.period,
    addressed.action_id,
    addressed.barrier_code
from addressed
inner join named
    on
        addressed.partner_code = named.partner_code
        and addressed.dialogue_id = named.dialogue_id
        and addressed.barrier_code = named.barrier_code
        and addressed.period >= named.period

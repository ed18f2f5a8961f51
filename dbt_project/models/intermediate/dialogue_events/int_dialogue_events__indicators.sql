with dialogues as (
    select
        stg_dialogue_events__dialogues.*,
        case when population_group_codes not like '%;%' then population_group_codes end as population_group_code
    from {{ ref('stg_dialogue_events__dialogues') }}
),

in_communities as (
    select *
    from dialogues
    where kind_code <> 'employee_session'
),

with_employees as (
    select *
    from dialogues
    where kind_code = 'employee_session'
),

-- An action stands in several returns: it counts in the quarter that names it first, and as done in the first that
-- says so.
numbered as (
    select
        actions.*,
        dialogues.country_code,
        dialogues.place_name,
        dialogues.population_group_code,
        row_number() over (
            partition by actions.partner_code, actions.action_id
            order by actions.period asc, dialogues.period desc
        ) as nth_row,
        row_number() over (
            partition by actions.partner_code, actions.action_id, actions.stage_code
            order by actions.period asc, dialogues.period desc
        ) as nth_row_at_stage
    from {{ ref('stg_dialogue_events__actions') }} as actions
    left join dialogues
        on
            actions.partner_code = dialogues.partner_code
            and actions.dialogue_id = dialogues.dialogue_id
            and actions.period >= dialogues.period
),

agreed as (
    select *
    from numbered
    where nth_row = 1
),

done as (
    select *
    from numbered
    where
        stage_code = 'done'
        and nth_row_at_stage = 1
)

{{ indicator_rows(
    'dialogue_events_held', 'dialogue_events', 'dialogues', 'in_communities', '1', country='mapped.country_code',
    population_group='population_group_code', place='place_name', as_of='held_on'
) }}

union all

{{ zero_rows('dialogue_events_held', 'dialogue_events', 'dialogues', 'in_communities') }}

union all

{{ indicator_rows(
    'dialogue_events_employee_sessions', 'dialogue_events', 'dialogues', 'with_employees', '1',
    country='mapped.country_code', population_group='population_group_code', place='place_name', as_of='held_on'
) }}

union all

{{ zero_rows('dialogue_events_employee_sessions', 'dialogue_events', 'dialogues', 'with_employees') }}

union all

{{ indicator_rows(
    'dialogue_events_participants', 'dialogue_events', 'dialogues', 'in_communities', 'participants_count',
    low='participants_count_low', high='participants_count_high', country='mapped.country_code',
    population_group='population_group_code', place='place_name', as_of='held_on'
) }}

union all

{{ zero_rows('dialogue_events_participants', 'dialogue_events', 'dialogues', 'in_communities') }}

union all

{{ indicator_rows(
    'dialogue_events_actions_agreed', 'dialogue_events', 'actions', 'agreed', '1', country='mapped.country_code',
    population_group='population_group_code', place='place_name', as_of='agreed_on'
) }}

union all

{{ zero_rows('dialogue_events_actions_agreed', 'dialogue_events', 'actions', 'agreed') }}

union all

{{ indicator_rows(
    'dialogue_events_actions_done', 'dialogue_events', 'actions', 'done', '1', country='mapped.country_code',
    population_group='population_group_code', place='place_name', as_of='done_on'
) }}

union all

{{ zero_rows('dialogue_events_actions_done', 'dialogue_events', 'actions', 'done') }}

with actions as (
    select *
    from {{ ref('stg_country_actions__actions') }}
),

trainings as (
    select *
    from actions
    where action_kind_code = 'training' or people_trained_count_low is not null
),

safer_spaces as (
    select *
    from actions
    where
        action_kind_code = 'safer_space'
        and (opened_on is null or opened_on <= {{ quarter_end('period') }})
        and (closed_on is null or closed_on > {{ quarter_end('period') }})
),

tools as (
    select *
    from actions
    where action_kind_code = 'digital_tool' or active_users_count_low is not null
)

{{ indicator_rows(
    'country_actions_people_trained', 'country_actions', 'actions', 'trainings', 'people_trained_count',
    low='people_trained_count_low', high='people_trained_count_high', place='city_name', as_of='held_on'
) }}

union all

{{ zero_rows('country_actions_people_trained', 'country_actions', 'actions', 'trainings') }}

union all

{{ indicator_rows(
    'country_actions_safer_spaces', 'country_actions', 'actions', 'safer_spaces', '1',
    population_group="'lgbtq'", place='city_name'
) }}

union all

{{ zero_rows('country_actions_safer_spaces', 'country_actions', 'actions', 'safer_spaces') }}

union all

{{ indicator_rows(
    'country_actions_tool_users', 'country_actions', 'actions', 'tools', 'active_users_count',
    low='active_users_count_low', high='active_users_count_high', place='city_name'
) }}

union all

{{ zero_rows('country_actions_tool_users', 'country_actions', 'actions', 'tools') }}

with roundtables as (
    select *
    from {{ ref('stg_cheer__roundtables') }}
),

solutions as (
    select *
    from {{ ref('stg_cheer__solutions') }}
),

running as (
    select *
    from solutions
    where stage_code = 'running'
)

{{ indicator_rows(
    'cheer_roundtables_held', 'cheer', 'roundtables', 'roundtables', '1', place='city_name', as_of='held_on'
) }}

union all

{{ zero_rows('cheer_roundtables_held', 'cheer', 'roundtables', 'roundtables') }}

union all

{{ indicator_rows(
    'cheer_people_attending', 'cheer', 'roundtables', 'roundtables', 'attended_count',
    low='attended_count_low', high='attended_count_high', place='city_name', as_of='held_on'
) }}

union all

{{ zero_rows('cheer_people_attending', 'cheer', 'roundtables', 'roundtables') }}

union all

{{ indicator_rows(
    'cheer_residents_share', 'cheer', 'roundtables', 'roundtables',
    'case when attended_count_low = attended_count_high then community_count end',
    low='community_count_low',
    high=share_high('community_count_high', 'attended_count_low', 'attended_count_high'),
    denominator='attended_count_high', place='city_name', as_of='held_on',
    where='community_count_low is not null and attended_count_high > 0'
) }}

union all

{{ indicator_rows('cheer_solutions_running', 'cheer', 'solutions', 'running', '1', place='city_name') }}

union all

{{ zero_rows('cheer_solutions_running', 'cheer', 'solutions', 'running') }}

union all

{{ indicator_rows(
    'cheer_people_served', 'cheer', 'solutions', 'solutions', 'people_served_count',
    low='people_served_count_low', high='people_served_count_high', place='city_name'
) }}

union all

{{ zero_rows('cheer_people_served', 'cheer', 'solutions', 'solutions') }}

union all

{{ indicator_rows('cheer_activities_held', 'cheer', 'solutions', 'solutions', 'activities_count', place='city_name') }}

union all

{{ zero_rows('cheer_activities_held', 'cheer', 'solutions', 'solutions') }}

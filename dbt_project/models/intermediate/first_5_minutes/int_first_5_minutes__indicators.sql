-- Where nobody kept count of who was trained for the first time, it can be anyone from nobody to all of them.
with sessions as (
    select
        sessions.*,
        coalesce(first_time_count_low, 0) as newcomers_count_low,
        coalesce(first_time_count_high, clinicians_count_high) as newcomers_count_high
    from {{ ref('stg_first_5_minutes__sessions') }} as sessions
),

resources as (
    select *
    from {{ ref('stg_first_5_minutes__resources') }}
)

{{ indicator_rows(
    'first_5_minutes_clinicians_trained', 'first_5_minutes', 'sessions', 'sessions', 'first_time_count',
    low='newcomers_count_low', high='newcomers_count_high', place='state_code', as_of='held_on'
) }}

union all

{{ zero_rows('first_5_minutes_clinicians_trained', 'first_5_minutes', 'sessions', 'sessions') }}

union all

{{ indicator_rows(
    'first_5_minutes_sessions_held', 'first_5_minutes', 'sessions', 'sessions', '1',
    place='state_code', as_of='held_on'
) }}

union all

{{ zero_rows('first_5_minutes_sessions_held', 'first_5_minutes', 'sessions', 'sessions') }}

union all

{{ indicator_rows('first_5_minutes_resources_used', 'first_5_minutes', 'resources', 'resources', 'uses_count') }}

union all

{{ zero_rows('first_5_minutes_resources_used', 'first_5_minutes', 'resources', 'resources') }}

{% for moment in ['before', 'after'] %}
    union all

    {{ indicator_rows(
        'first_5_minutes_confident_' ~ moment, 'first_5_minutes', 'sessions', 'sessions',
        'case when ' ~ moment ~ '_answered_count_low = ' ~ moment ~ '_answered_count_high then '
        ~ moment ~ '_confident_count end',
        low=moment ~ '_confident_count_low',
        high=share_high(
            moment ~ '_confident_count_high', moment ~ '_answered_count_low', moment ~ '_answered_count_high'
        ),
        denominator=moment ~ '_answered_count_high', place='state_code', as_of='held_on',
        where=moment ~ '_confident_count_low is not null and ' ~ moment ~ '_answered_count_high > 0'
    ) }}
{% endfor %}

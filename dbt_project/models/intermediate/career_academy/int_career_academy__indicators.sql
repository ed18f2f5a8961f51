-- A course ends by being completed or by being left unfinished.
with learning as (
    select
        learning.*,
        courses_completed_count_low + courses_left_count_low as courses_ended_count_low,
        courses_completed_count_high + courses_left_count_high as courses_ended_count_high
    from {{ ref('stg_career_academy__learning') }} as learning
)

{{ indicator_rows(
    'career_academy_learners', 'career_academy', 'learning', 'learning', 'new_learners_count',
    low='new_learners_count_low', high='new_learners_count_high',
    country='mapped.country_code', population_group='population_group_code'
) }}

union all

{{ zero_rows('career_academy_learners', 'career_academy', 'learning', 'learning') }}

union all

{{ indicator_rows(
    'career_academy_courses_started', 'career_academy', 'learning', 'learning', 'courses_started_count',
    low='courses_started_count_low', high='courses_started_count_high',
    country='mapped.country_code', population_group='population_group_code'
) }}

union all

{{ zero_rows('career_academy_courses_started', 'career_academy', 'learning', 'learning') }}

union all

{{ indicator_rows(
    'career_academy_completions', 'career_academy', 'learning', 'learning', 'courses_completed_count',
    low='courses_completed_count_low', high='courses_completed_count_high',
    country='mapped.country_code', population_group='population_group_code'
) }}

union all

{{ zero_rows('career_academy_completions', 'career_academy', 'learning', 'learning') }}

union all

{{ indicator_rows(
    'career_academy_completed_share', 'career_academy', 'learning', 'learning',
    'case when courses_ended_count_low = courses_ended_count_high then courses_completed_count end',
    low='courses_completed_count_low',
    high=share_high('courses_completed_count_high', 'courses_ended_count_low', 'courses_ended_count_high'),
    denominator='courses_ended_count_high',
    country='mapped.country_code', population_group='population_group_code', where='courses_ended_count_high > 0'
) }}

with workforce as (
    select *
    from {{ ref('stg_chw_platform__workforce') }}
),

-- Where nobody kept count of who volunteered for the first time, it can be anyone from nobody to all of them.
volunteers as (
    select
        volunteers.*,
        coalesce(first_time_count_low, 0) as newcomers_count_low,
        coalesce(first_time_count_high, volunteers_count_high) as newcomers_count_high
    from {{ ref('stg_chw_platform__volunteers') }} as volunteers
)

{{ indicator_rows(
    'chw_registered', 'chw_platform', 'workforce', 'workforce', 'registered_count',
    low='registered_count_low', high='registered_count_high', place='state_code'
) }}

union all

{{ zero_rows('chw_registered', 'chw_platform', 'workforce', 'workforce') }}

union all

{{ indicator_rows(
    'chw_active', 'chw_platform', 'workforce', 'workforce', 'active_count',
    low='active_count_low', high='active_count_high', place='state_code'
) }}

union all

{{ zero_rows('chw_active', 'chw_platform', 'workforce', 'workforce') }}

union all

{{ indicator_rows(
    'chw_trainings_completed', 'chw_platform', 'workforce', 'workforce', 'trainings_completed_count',
    low='trainings_completed_count_low', high='trainings_completed_count_high', place='state_code'
) }}

union all

{{ zero_rows('chw_trainings_completed', 'chw_platform', 'workforce', 'workforce') }}

union all

{{ indicator_rows(
    'chw_jobs_posted', 'chw_platform', 'workforce', 'workforce', 'jobs_posted_count', place='state_code'
) }}

union all

{{ zero_rows('chw_jobs_posted', 'chw_platform', 'workforce', 'workforce') }}

union all

{{ indicator_rows(
    'chw_employers', 'chw_platform', 'workforce', 'workforce', 'employers_count', place='state_code'
) }}

union all

{{ zero_rows('chw_employers', 'chw_platform', 'workforce', 'workforce') }}

union all

{{ indicator_rows(
    'chw_volunteers', 'chw_platform', 'volunteers', 'volunteers', 'first_time_count',
    low='newcomers_count_low', high='newcomers_count_high'
) }}

union all

{{ zero_rows('chw_volunteers', 'chw_platform', 'volunteers', 'volunteers') }}

union all

{{ indicator_rows('chw_volunteer_hours', 'chw_platform', 'volunteers', 'volunteers', 'volunteer_hours') }}

union all

{{ zero_rows('chw_volunteer_hours', 'chw_platform', 'volunteers', 'volunteers') }}

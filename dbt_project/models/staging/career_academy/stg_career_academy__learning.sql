with source as (
    select *
    from {{ current_rows('career_academy', 'learning') }}
),

renamed as (
    select
        cast(country_code as string) as country_code,
        cast(population_group as string) as population_group_code,
        cast(new_learners_count as bigint) as new_learners_count,
        cast(new_learners_count_low as bigint) as new_learners_count_low,
        cast(new_learners_count_high as bigint) as new_learners_count_high,
        cast(learners_to_date as bigint) as learners_to_date_count,
        cast(learners_to_date_low as bigint) as learners_to_date_count_low,
        cast(learners_to_date_high as bigint) as learners_to_date_count_high,
        cast(courses_started_count as bigint) as courses_started_count,
        cast(courses_started_count_low as bigint) as courses_started_count_low,
        cast(courses_started_count_high as bigint) as courses_started_count_high,
        cast(courses_completed_count as bigint) as courses_completed_count,
        cast(courses_completed_count_low as bigint) as courses_completed_count_low,
        cast(courses_completed_count_high as bigint) as courses_completed_count_high,
        cast(courses_left_count as bigint) as courses_left_count,
        cast(courses_left_count_low as bigint) as courses_left_count_low,
        cast(courses_left_count_high as bigint) as courses_left_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

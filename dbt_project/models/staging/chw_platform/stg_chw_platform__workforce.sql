with source as (
    select *
    from {{ current_rows('chw_platform', 'workforce') }}
),

renamed as (
    select
        cast(state_code as string) as state_code,
        cast(registered_count as bigint) as registered_count,
        cast(registered_count_low as bigint) as registered_count_low,
        cast(registered_count_high as bigint) as registered_count_high,
        cast(active_count as bigint) as active_count,
        cast(active_count_low as bigint) as active_count_low,
        cast(active_count_high as bigint) as active_count_high,
        cast(trainings_completed_count as bigint) as trainings_completed_count,
        cast(trainings_completed_count_low as bigint) as trainings_completed_count_low,
        cast(trainings_completed_count_high as bigint) as trainings_completed_count_high,
        cast(jobs_posted_count as bigint) as jobs_posted_count,
        cast(employers_count as bigint) as employers_count,
        {{ provenance() }}
    from source
)

select *
from renamed

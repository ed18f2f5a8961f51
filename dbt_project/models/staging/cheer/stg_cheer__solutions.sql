with source as (
    select *
    from {{ current_rows('cheer', 'solutions') }}
),

renamed as (
    select
        cast(solution_id as string) as solution_id,
        cast(solution_name as string) as solution_name,
        cast(roundtable_id as string) as roundtable_id,
        cast(city as string) as city_name,
        cast(state_code as string) as state_code,
        cast(barriers_addressed as string) as barrier_codes,
        cast(stage as string) as stage_code,
        cast(started_on as date) as started_on,
        cast(ended_on as date) as ended_on,
        cast(people_served as bigint) as people_served_count,
        cast(people_served_low as bigint) as people_served_count_low,
        cast(people_served_high as bigint) as people_served_count_high,
        cast(activities_count as bigint) as activities_count,
        {{ provenance() }}
    from source
)

select *
from renamed

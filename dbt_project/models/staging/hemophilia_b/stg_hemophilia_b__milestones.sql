with source as (
    select *
    from {{ current_rows('hemophilia_b', 'milestones') }}
),

renamed as (
    select
        cast(milestone_id as string) as milestone_id,
        cast(milestone_name as string) as milestone_name,
        cast(work_started_on as date) as work_started_on,
        cast(planned_on as date) as planned_on,
        cast(reached_on as date) as reached_on,
        {{ provenance() }}
    from source
)

select *
from renamed

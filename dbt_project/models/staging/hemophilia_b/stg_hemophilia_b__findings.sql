with source as (
    select *
    from {{ current_rows('hemophilia_b', 'findings') }}
),

renamed as (
    select
        cast(finding_id as string) as finding_id,
        cast(finding as string) as finding_text,
        cast(barrier_code as string) as barrier_code,
        cast(population_groups as string) as population_group_codes,
        cast(found_on as date) as found_on,
        cast(change_asked as string) as change_asked_text,
        cast(change_type as string) as change_type_code,
        cast(change_stage as string) as change_stage_code,
        cast(change_stage_on as date) as change_stage_on,
        {{ provenance() }}
    from source
)

select *
from renamed

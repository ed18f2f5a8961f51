with source as (
    select *
    from {{ current_rows('research_policy', 'outputs') }}
),

renamed as (
    select
        cast(output_id as string) as output_id,
        cast(title as string) as output_title,
        cast(kind as string) as kind_code,
        cast(key_action as string) as key_action_code,
        cast(country_code as string) as country_code,
        cast(barriers_addressed as string) as barrier_codes,
        cast(stage as string) as stage_code,
        cast(stage_on as date) as stage_on,
        cast(url as string) as output_url,
        {{ provenance() }}
    from source
)

select *
from renamed

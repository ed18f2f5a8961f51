with source as (
    select *
    from {{ current_rows('dialogue_events', 'actions') }}
),

renamed as (
    select
        cast(action_id as string) as action_id,
        cast(dialogue_id as string) as dialogue_id,
        cast(action_agreed as string) as action_text,
        cast(barriers_addressed as string) as barrier_codes,
        cast(key_action as string) as key_action_code,
        cast(owner_sector as string) as owner_sector_code,
        cast(stage as string) as stage_code,
        cast(agreed_on as date) as agreed_on,
        cast(done_on as date) as done_on,
        {{ provenance() }}
    from source
)

select *
from renamed

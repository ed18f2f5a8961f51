with source as (
    select *
    from {{ source('raw', 'ledger__target_changes') }}
),

renamed as (
    select
        cast(change_id as string) as change_id,
        cast(program_code as string) as program_code,
        cast(indicator_code as string) as indicator_code,
        cast(year as integer) as target_year,
        cast(target_value as decimal(24, 4)) as target_value,
        cast(decided_on as date) as decided_on,
        cast(note as string) as change_note,
        cast(note_released as string) as change_note_released
    from source
)

select *
from renamed

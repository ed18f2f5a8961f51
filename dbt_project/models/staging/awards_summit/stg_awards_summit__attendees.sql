with source as (
    select *
    from {{ current_rows('awards_summit', 'attendees') }}
),

renamed as (
    select
        cast(attended_summit_id as string) as summit_id,
        cast(person_key as string) as person_key,
        cast(person_key_name as string) as key_name,
        cast(sector as string) as sector_code,
        {{ provenance() }}
    from source
)

select *
from renamed

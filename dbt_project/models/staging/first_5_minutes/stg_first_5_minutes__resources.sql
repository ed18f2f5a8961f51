with source as (
    select *
    from {{ current_rows('first_5_minutes', 'resources') }}
),

renamed as (
    select
        cast(resource_id as string) as resource_id,
        cast(resource_name as string) as resource_name,
        cast(resource_type as string) as resource_type_code,
        cast(uses_count as bigint) as uses_count,
        {{ provenance() }}
    from source
)

select *
from renamed

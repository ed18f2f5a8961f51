with source as (
    select *
    from {{ current_rows('coalition', 'organisations') }}
),

renamed as (
    select
        cast(organisation_id as string) as organisation_id,
        cast(organisation_name as string) as organisation_name,
        cast(kind as string) as kind_code,
        cast(country_code as string) as country_code,
        cast(joined_on as date) as joined_on,
        cast(left_on as date) as left_on,
        cast(role as string) as role_code,
        {{ provenance() }}
    from source
)

select *
from renamed

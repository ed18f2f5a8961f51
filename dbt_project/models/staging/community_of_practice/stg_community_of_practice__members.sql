with source as (
    select *
    from {{ current_rows('community_of_practice', 'members') }}
),

renamed as (
    select
        cast(advocate_id as string) as advocate_id,
        cast(organisation_name as string) as organisation_name,
        cast(organisation_type as string) as organisation_type_code,
        cast(country_code as string) as country_code,
        cast(joined_on as date) as joined_on,
        cast(left_on as date) as left_on,
        cast(person_key as string) as person_key,
        cast(person_key_name as string) as key_name,
        {{ provenance() }}
    from source
)

select *
from renamed

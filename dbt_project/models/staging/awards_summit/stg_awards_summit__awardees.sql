with source as (
    select *
    from {{ current_rows('awards_summit', 'awardees') }}
),

renamed as (
    select
        cast(awardee_id as string) as awardee_id,
        cast(award_year as string) as award_year,
        cast(organisation_name as string) as organisation_name,
        cast(country_code as string) as country_code,
        cast(award_amount as decimal(18, 2)) as award_native,
        cast(award_currency as string) as award_currency_code,
        {{ provenance() }}
    from source
)

select *
from renamed

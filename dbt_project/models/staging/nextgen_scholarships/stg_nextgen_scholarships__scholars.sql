with source as (
    select *
    from {{ current_rows('nextgen_scholarships', 'scholars') }}
),

renamed as (
    select
        cast(scholar_id as string) as scholar_id,
        cast(university_name as string) as university_name,
        cast(country_code as string) as country_code,
        cast(field_code as string) as field_code,
        cast(cohort as string) as cohort,
        cast(awarded_on as date) as awarded_on,
        cast(award_amount as decimal(18, 2)) as award_native,
        cast(award_currency as string) as award_currency_code,
        cast(has_mentor as boolean) as has_mentor,
        cast(internship_started_on as date) as internship_started_on,
        cast(status as string) as status_code,
        cast(status_on as date) as status_on,
        cast(person_key as string) as person_key,
        cast(person_key_name as string) as key_name,
        {{ provenance() }}
    from source
)

select *
from renamed

with source as (
    select *
    from {{ current_rows('trust_survey', 'respondents') }}
),

renamed as (
    select
        cast(wave_code as string) as wave_code,
        cast(country_code as string) as country_code,
        cast(respondent_id as string) as respondent_id,
        cast(weight as decimal(18, 9)) as weight,
        cast(stratum as string) as stratum,
        cast(psu as string) as psu,
        cast(sample_type as string) as sample_type_code,
        cast(question_version as string) as question_version,
        cast(gender as string) as gender_code,
        cast(characteristics as string) as characteristic_codes,
        cast(trust_damaged as string) as trust_damaged_code,
        cast(negative_experience as string) as negative_experience_code,
        cast(restoring_actions as string) as restoring_action_codes,
        cast(barriers_named as string) as barrier_codes,
        {{ provenance() }}
    from source
)

select *
from renamed

with respondents as (
    select *
    from {{ ref('stg_trust_survey__respondents') }}
)

{{ indicator_rows(
    'trust_survey_interviews', 'trust_survey', 'respondents', 'respondents', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('trust_survey_interviews', 'trust_survey', 'respondents', 'respondents') }}

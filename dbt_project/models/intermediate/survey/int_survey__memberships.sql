-- The groups a pattern of answers to the questions about oneself belongs to, within a country and wave.
with patterns as (
    select distinct
        pattern_key,
        wave_code,
        country_code,
        flags
    from {{ ref('int_survey__respondents') }}
),

sided as (
    select
        patterns.pattern_key,
        patterns.wave_code,
        patterns.country_code,
        survey_groups.group_code,
        case
            when survey_groups.group_order = 0 or substr(patterns.flags, survey_groups.group_order, 1) = '1' then 'in'
            else 'out'
        end as side_code
    from patterns
    inner join {{ ref('survey_groups') }} as survey_groups
        on survey_groups.group_order = 0 or substr(patterns.flags, survey_groups.group_order, 1) <> '-'
)

select
    pattern_key,
    concat(wave_code, '|', country_code, '|', group_code, '|', side_code) as domain_code
from sided

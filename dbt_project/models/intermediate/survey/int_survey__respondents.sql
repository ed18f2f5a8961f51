-- Respondents of the polls as a survey design. Waves are independent samples, so the wave is part of the stratum.
{% set groups = survey_groups() %}
with respondents as (
    select
        *,
        case when gender_code <> 'refused' then gender_code end as gender,
        case
            when characteristic_codes is not null and concat(';', characteristic_codes, ';') not like '%;refused;%'
                then concat(';', characteristic_codes, ';')
        end as characteristics
    from {{ ref('stg_trust_survey__respondents') }}
),

-- A country without all its weights has no weighted share; one weighs as much as any other in a pool.
weighted as (
    select
        respondents.wave_code,
        respondents.country_code,
        sum(respondents.weight) as weight_sum
    from respondents
    inner join {{ ref('int_survey__polls') }} as polls
        on
            respondents.wave_code = polls.wave_code
            and respondents.country_code = polls.country_code
            and polls.is_weighted
    group by respondents.wave_code, respondents.country_code
),

flagged as (
    select
        respondents.*,
        cast(respondents.weight as double) * 1000 / cast(weighted.weight_sum as double) as share_weight,
        concat(
            {% for group in groups %}
                case
                    when {{ group.condition }} then '1'
                    when not ({{ group.condition }}) then '0'
                    else '-'
                end{% if not loop.last %},{% endif %}
            {% endfor %}
        ) as flags
    from respondents
    inner join weighted
        on
            respondents.wave_code = weighted.wave_code
            and respondents.country_code = weighted.country_code
)

select
    wave_code,
    country_code,
    flags,
    share_weight as weight,
    {% for outcome in survey_outcomes() if outcome.by_group %}
        {{ outcome.column }},
    {% endfor %}
    restoring_action_codes,
    concat(wave_code, '|', country_code, '|', flags) as pattern_key,
    concat(wave_code, '|', country_code, '|', coalesce(stratum, '')) as stratum_key,
    case
        when psu is not null
            then concat(wave_code, '|', country_code, '|', coalesce(stratum, ''), '|', psu)
    end as psu_key
from flagged

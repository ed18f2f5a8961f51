-- Respondents of the polls as a survey design. Waves are independent samples, so the wave is part of the stratum.
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

-- Null where a respondent did not say.
characterised as (
    select
        respondents.*,
        cast(respondents.weight as double) * 1000 / cast(weighted.weight_sum as double) as share_weight,
        respondents.gender = 'woman' as is_woman,
        respondents.gender = 'other' as is_gender_other,
        respondents.characteristics like '%;minority_ethnic;%' as is_minority_ethnic,
        respondents.characteristics like '%;disabled;%' as is_disabled,
        respondents.characteristics like '%;lgbtq;%' as is_lgbtq
    from respondents
    inner join weighted
        on
            respondents.wave_code = weighted.wave_code
            and respondents.country_code = weighted.country_code
),

-- One sign per group, in the order of the list of groups; two or more counts the characteristics beside gender.
flagged as (
    select
        characterised.*,
        concat(
            {% for condition in [
                'is_woman',
                'is_minority_ethnic',
                'is_disabled',
                'is_lgbtq',
                'is_gender_other',
                'cast(is_minority_ethnic as integer) + cast(is_disabled as integer) + cast(is_lgbtq as integer) >= 2',
                'cast(is_woman as integer) + cast(is_minority_ethnic as integer) = 2',
                'cast(is_woman as integer) + cast(is_disabled as integer) = 2',
                'cast(is_woman as integer) + cast(is_lgbtq as integer) = 2',
                'cast(is_minority_ethnic as integer) + cast(is_disabled as integer) = 2',
                'cast(is_minority_ethnic as integer) + cast(is_lgbtq as integer) = 2',
                'cast(is_disabled as integer) + cast(is_lgbtq as integer) = 2',
            ] %}
                case
                    when {{ condition }} then '1'
                    when not ({{ condition }}) then '0'
                    else '-'
                end{% if not loop.last %},{% endif %}
            {% endfor %}
        ) as flags
    from characterised
)

select
    wave_code,
    country_code,
    flags,
    share_weight as weight,
    trust_damaged_code,
    negative_experience_code,
    case when restoring_action_codes is not null then concat(';', restoring_action_codes, ';') end
        as restoring_action_codes,
    concat(wave_code, '|', country_code, '|', flags) as pattern_key,
    concat(wave_code, '|', country_code, '|', coalesce(stratum, '')) as stratum_key,
    case
        when psu is not null
            then concat(wave_code, '|', country_code, '|', coalesce(stratum, ''), '|', psu)
    end as psu_key
from flagged

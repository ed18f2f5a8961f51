-- Respondents as they were asked, without weights: a count of people heard, not a share of a population.
with named as (
    select
        partner_code,
        period,
        wave_code,
        country_code,
        respondent_id,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_trust_survey__respondents') }}
    where barrier_codes is not null
)

select
    'trust_survey' as program_code,
    partner_code,
    period,
    barrier_code,
    'heard' as side_code,
    'respondents naming it' as heard_unit,
    concat(wave_code, '/', country_code) as item_id,
    count(distinct respondent_id) as count_low,
    count(distinct respondent_id) as count_high
from named
group by partner_code, period, wave_code, country_code, barrier_code

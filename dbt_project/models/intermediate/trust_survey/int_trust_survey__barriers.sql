select
    'trust_survey' as program_code,
    partner_code,
    period,
    barrier_code,
    'heard' as side_code,
    'respondents naming it' as heard_unit,
    concat(wave_code, '/', country_code) as item_id,
    count(*) as count_low,
    count(*) as count_high
from (
    -- Respondents as they were asked, without weights: people heard, not a share of a population.
    select
        partner_code,
        period,
        wave_code,
        country_code,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_trust_survey__respondents') }}
    where barrier_codes is not null
) as named
group by partner_code, period, wave_code, country_code, barrier_code

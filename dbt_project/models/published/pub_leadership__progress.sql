-- Primary suppression: a count of 1 to 10 people is hidden, and so is all that derives from one: a bound, a
-- share over such a part, remainder or base, an attainment, a rate, a forecast.
with last_of_year as (
    select
        kpi.*,
        periods.period_year,
        row_number() over (
            partition by kpi.indicator_code, periods.period_year order by periods.period_index desc
        ) as newest_first
    from {{ ref('fct_kpi') }} as kpi
    inner join {{ ref('dim_period') }} as periods on kpi.period = periods.period
    where kpi.is_headline
),

flagged as (
    select
        last_of_year.*,
        indicators.program_name,
        indicators.indicator_name,
        indicators.definition,
        indicators.unit,
        indicators.level,
        indicators.pillar_code,
        indicators.key_action_code,
        indicators.limits,
        indicators.counts_people,
        coalesce(
            indicators.counts_people
            and (
                last_of_year.numerator_low between 1 and 10
                or last_of_year.numerator_high between 1 and 10
                or last_of_year.denominator between 1 and 10
                or last_of_year.denominator - last_of_year.numerator_low between 1 and 10
                or last_of_year.denominator - last_of_year.numerator_high between 1 and 10
            ), false
        ) as is_suppressed
    from last_of_year
    inner join {{ ref('dim_indicator') }} as indicators on last_of_year.indicator_code = indicators.indicator_code
    where last_of_year.newest_first = 1
)

select
    cast(period_year as integer) as year,
    program_code,
    program_name,
    indicator_code,
    indicator_name,
    definition,
    unit,
    kind,
    level,
    pillar_code,
    key_action_code,
    limits,
    period,
    span,
    {% for column in ['value', 'value_low', 'value_high'] %}
        cast(case when not is_suppressed then {{ column }} end as decimal(24, 2)) as {{ column }},
    {% endfor %}
    case
        when is_suppressed and kind <> 'ratio' and numerator_low >= 1 and numerator_high <= 10 then '1–10'
        when is_suppressed then 'suppressed'
    end as display,
    is_suppressed,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    data_status,
    cast(baseline_value as decimal(24, 2)) as baseline_value,
    cast(target_value as decimal(24, 2)) as target_value,
    cast(target_year as integer) as target_year,
    target_basis,
    cast(planned_value as decimal(24, 2)) as planned_value,
    {% for column in [
        'attainment_pct', 'required_per_year', 'observed_per_year',
        'forecast_2030', 'forecast_2030_low', 'forecast_2030_high',
    ] %}
        cast(case when not is_suppressed then {{ column }} end as decimal(24, 2)) as {{ column }},
    {% endfor %}
    case when is_suppressed then 'not_assessable' else progress_status end as progress_status,
    nullif(
        concat_ws('; ', footnote_released, case when not is_suppressed then progress_note end), ''
    ) as footnote,
    counts_people,
    is_synthetic
from flagged

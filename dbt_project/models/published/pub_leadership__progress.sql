-- What may be shown of people is decided by the disclosure step: hidden, or rounded to 5 (shares: to whole percent).
-- All that derives from a figure is worked out from what is shown of it, and hidden with it.
with released as (
    select
        by_year.indicator_code,
        by_year.program_code,
        by_year.kind,
        by_year.period,
        by_year.period_year,
        by_year.span,
        by_year.is_headline,
        by_year.coverage_met,
        by_year.coverage_due,
        by_year.blank_count,
        by_year.data_status,
        by_year.is_revised,
        by_year.baseline_value,
        by_year.target_value,
        by_year.target_year,
        by_year.target_basis,
        by_year.planned_value,
        by_year.forecast_2030,
        by_year.forecast_2030_low,
        by_year.forecast_2030_high,
        by_year.footnote_released,
        by_year.is_synthetic,
        indicators.program_name,
        indicators.indicator_name,
        indicators.definition,
        indicators.unit,
        indicators.level,
        indicators.pillar_code,
        indicators.key_action_code,
        indicators.limits,
        indicators.counts_people,
        indicators.direction,
        indicators.baseline_index,
        indicators.target_index,
        case when indicators.direction = 'decrease' then -1 else 1 end as sign,
        periods.period_index as to_index,
        -- Whatever nobody decided on stays hidden.
        indicators.counts_people
        and by_year.kind <> 'survey'
        and by_year.value_high is not null
        and not coalesce(decisions.is_shown, false) as is_suppressed,
        decisions.suppression_reason as decided_reason,
        decisions.is_told_small,
        decisions.kept_from,
        coalesce(decisions.is_shown and indicators.period_kind <> 'wave', false) as is_rounded,
        {% for bound in ['low', 'high'] %}
            case
                when not indicators.counts_people then by_year.value_{{ bound }}
                when decisions.is_shown then cast(decisions.shown_{{ bound }} as decimal(28, 10))
            end as value_{{ bound }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('fct_kpi_by_year') }} as by_year
    inner join {{ ref('dim_indicator') }} as indicators on by_year.indicator_code = indicators.indicator_code
    inner join {{ ref('dim_period') }} as periods on by_year.period = periods.period
    left join {{ ref('fct_disclosure') }} as decisions
        on
            indicators.counts_people
            and decisions.figure_id = concat_ws('/', by_year.indicator_code, by_year.period, by_year.span)
),

judged as (
    select
        released.*,
        case when is_suppressed then coalesce(decided_reason, 'derived') end as suppression_reason,
        case when value_low = value_high then value_low end as value,
        case when direction = 'decrease' then value_high else value_low end as judged_value,
        case when direction = 'decrease' then value_low else value_high end as better_value
    from released
),

{{ graded_progress('judged') }},

paced as (
    select
        assessed.*,
        {{ pace_columns() }}
    from assessed
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
        cast({{ column }} as decimal(24, 2)) as {{ column }},
    {% endfor %}
    {{ hidden_display('is_suppressed', 'is_told_small') }} as display,
    is_suppressed,
    suppression_reason,
    is_rounded,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    data_status,
    is_revised,
    cast(baseline_value as decimal(24, 2)) as baseline_value,
    cast(target_value as decimal(24, 2)) as target_value,
    cast(target_year as integer) as target_year,
    target_basis,
    cast(planned_value as decimal(24, 2)) as planned_value,
    {% for column in ['attainment_pct', 'required_per_year', 'observed_per_year'] %}
        cast({{ column }} as decimal(24, 2)) as {{ column }},
    {% endfor %}
    {% for column in ['forecast_2030', 'forecast_2030_low', 'forecast_2030_high'] %}
        cast(
            case
                when is_suppressed then null
                when is_rounded and kind <> 'ratio' then {{ two_digits(column) }}
                else {{ column }}
            end as decimal(24, 2)
        ) as {{ column }},
    {% endfor %}
    case when is_suppressed or verdict = 'bounds_differ' then 'not_assessable' else verdict end as progress_status,
    nullif(
        concat_ws(
            '; ',
            footnote_released,
            case when verdict = 'bounds_differ' and not is_suppressed then 'Bounds too wide to judge progress' end,
            {{ hidden_because('suppression_reason') }},
            case
                when kept_from is not null
                    then concat('As in release ', kept_from, ': changed by 10 people or fewer since')
            end,
            {{ rounded_to('is_rounded', 'kind') }}
        ), ''
    ) as footnote,
    counts_people,
    is_synthetic
from paced

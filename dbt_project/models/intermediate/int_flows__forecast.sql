-- To date plus the mean quarter times the quarters left. Half width of the 95 % prediction interval of the
-- sum of R further quarters: t(n - 1) * s * sqrt(R + R^2 / n), with s the standard deviation between quarters.
-- Where counts are known within bounds only, the forecast and its lower limit rest on the lower bounds and the
-- upper limit on the upper ones. What is reported by year or by wave has no mean quarter.
with quarters as (
    select
        spans.indicator_code,
        {{ quarter_index('spans.period') }} as period_index,
        cast(spans.value_low as decimal(19, 2)) as quarter_low,
        cast(spans.value_high as decimal(19, 2)) as quarter_high
    from {{ ref('fct_indicator_spans') }} as spans
    inner join {{ ref('dim_indicator') }} as indicators on spans.indicator_code = indicators.indicator_code
    where
        spans.kind = 'flow'
        and spans.dimension = 'total'
        and spans.span = 'quarter'
        and indicators.period_kind = 'quarter'
),

to_date as (
    select
        indicator_code,
        period,
        {{ quarter_index('period') }} as period_index,
        value_low,
        value_high
    from {{ ref('fct_indicator_spans') }}
    where
        kind = 'flow'
        and dimension = 'total'
        and span = 'since_start'
),

-- Sums of decimals, so that they do not depend on the order of rows; of 19 digits, so that their squares have 38 and
-- hold quarters of more than ten million.
moments as (
    select
        to_date.indicator_code,
        to_date.period,
        to_date.value_low,
        to_date.value_high,
        {{ quarter_index("'2030-Q4'") }} - to_date.period_index as quarters_left,
        count(*) as quarter_count,
        {% for bound in ['low', 'high'] %}
            cast(sum(quarters.quarter_{{ bound }}) as double) as {{ bound }}_sum,
            cast(sum(quarters.quarter_{{ bound }} * quarters.quarter_{{ bound }}) as double) as {{ bound }}_square_sum
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from to_date
    inner join quarters
        on
            to_date.indicator_code = quarters.indicator_code
            and to_date.period_index >= quarters.period_index
    group by to_date.indicator_code, to_date.period, to_date.period_index, to_date.value_low, to_date.value_high
),

spread as (
    select
        indicator_code,
        period,
        quarter_count,
        cast(value_low as double) as to_date_low,
        {% for bound in ['low', 'high'] %}
            cast(value_{{ bound }} as double) + {{ bound }}_sum / quarter_count * quarters_left as expected_{{ bound }},
            sqrt(
                greatest(
                    (quarter_count * {{ bound }}_square_sum - {{ bound }}_sum * {{ bound }}_sum)
                    / (quarter_count * (quarter_count - 1)),
                    0
                )
            )
            * sqrt(quarters_left + quarters_left * quarters_left / cast(quarter_count as double)) as scale_{{ bound }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from moments
    where quarter_count >= 8
)

select
    spread.indicator_code,
    spread.period,
    spread.quarter_count,
    round(spread.expected_low, 2) as forecast_value,
    -- What has been reported cannot be undone by later quarters.
    round(greatest(spread.expected_low - quantiles.t_975 * spread.scale_low, spread.to_date_low), 2) as forecast_low,
    round(
        greatest(
            spread.expected_high + quantiles.t_975 * spread.scale_high,
            spread.expected_low + quantiles.t_975 * spread.scale_low
        ), 2
    ) as forecast_high
from spread
inner join {{ ref('t_quantiles') }} as quantiles on spread.quarter_count - 1 = quantiles.df

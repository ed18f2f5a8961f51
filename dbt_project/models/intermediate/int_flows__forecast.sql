-- To date plus the mean quarter times the quarters left. Half width of the 95 % prediction interval of the
-- sum of R further quarters: t(n - 1) * s * sqrt(R + R^2 / n), with s the standard deviation between quarters.
with quarters as (
    select
        indicator_code,
        period,
        {{ quarter_index('period') }} as period_index,
        cast(value_low as decimal(18, 2)) as quarter_value
    from {{ ref('fct_indicator_spans') }}
    where
        kind = 'flow'
        and dimension = 'total'
        and span = 'quarter'
),

to_date as (
    select
        indicator_code,
        period,
        {{ quarter_index('period') }} as period_index,
        value_low
    from {{ ref('fct_indicator_spans') }}
    where
        kind = 'flow'
        and dimension = 'total'
        and span = 'since_start'
),

-- Sums of decimals, so that the standard deviation does not depend on the order of rows.
moments as (
    select
        to_date.indicator_code,
        to_date.period,
        to_date.value_low,
        {{ quarter_index("'2030-Q4'") }} - to_date.period_index as quarters_left,
        count(*) as quarter_count,
        cast(sum(quarters.quarter_value) as double) as value_sum,
        cast(sum(quarters.quarter_value * quarters.quarter_value) as double) as square_sum
    from to_date
    inner join quarters
        on
            to_date.indicator_code = quarters.indicator_code
            and to_date.period_index >= quarters.period_index
    group by to_date.indicator_code, to_date.period, to_date.period_index, to_date.value_low
),

spread as (
    select
        indicator_code,
        period,
        quarter_count,
        cast(value_low as double) as to_date,
        cast(value_low as double) + value_sum / quarter_count * quarters_left as expected,
        sqrt(
            greatest((quarter_count * square_sum - value_sum * value_sum) / (quarter_count * (quarter_count - 1)), 0)
        )
        * sqrt(quarters_left + quarters_left * quarters_left / cast(quarter_count as double)) as scale
    from moments
    where quarter_count >= 8
)

select
    spread.indicator_code,
    spread.period,
    spread.quarter_count,
    round(spread.expected, 2) as forecast_value,
    -- What has been reported cannot be undone by later quarters.
    round(greatest(spread.expected - quantiles.t_975 * spread.scale, spread.to_date), 2) as forecast_low,
    round(spread.expected + quantiles.t_975 * spread.scale, 2) as forecast_high
from spread
inner join {{ ref('t_quantiles') }} as quantiles on spread.quarter_count - 1 = quantiles.df

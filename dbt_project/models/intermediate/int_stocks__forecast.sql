-- The straight line through the quarters of a level, carried on to the end of 2030 (ordinary least squares). Half width
-- of the 95 % prediction interval: t(n - 2) * s * sqrt(1 + 1 / n + (x0 - mean x)^2 / Sxx). A level is never below zero.
-- Quarters that follow each other are taken for independent, so that the interval is the narrowest there can be.
with quarters as (
    select
        indicator_code,
        period,
        {{ quarter_index('period') }} - {{ quarter_index("'2023-Q1'") }} as place,
        cast(value as decimal(19, 2)) as level
    from {{ ref('fct_indicator_spans') }}
    where
        kind = 'stock'
        and dimension = 'total'
        and span = 'quarter'
        and value is not null
),

-- Sums of decimals, so that they do not depend on the order of rows; of 19 digits, so that their squares have 38 and
-- hold quarters of more than ten million.
moments as (
    select
        latest.indicator_code,
        latest.period,
        count(*) as quarter_count,
        cast(sum(quarters.place) as double) as place_sum,
        cast(sum(quarters.place * quarters.place) as double) as place_square_sum,
        cast(sum(quarters.level) as double) as level_sum,
        cast(sum(quarters.level * quarters.level) as double) as level_square_sum,
        cast(sum(quarters.place * quarters.level) as double) as product_sum
    from quarters as latest
    inner join quarters
        on
            latest.indicator_code = quarters.indicator_code
            and latest.place >= quarters.place
    group by latest.indicator_code, latest.period
),

centred as (
    select
        indicator_code,
        period,
        quarter_count,
        place_sum / quarter_count as place_mean,
        level_sum / quarter_count as level_mean,
        place_square_sum - place_sum * place_sum / quarter_count as place_spread,
        level_square_sum - level_sum * level_sum / quarter_count as level_spread,
        product_sum - place_sum * level_sum / quarter_count as product_spread,
        {{ quarter_index("'2030-Q4'") }} - {{ quarter_index("'2023-Q1'") }} as last_place
    from moments
    where quarter_count >= 8
),

carried as (
    select
        indicator_code,
        period,
        quarter_count,
        level_mean + product_spread / place_spread * (last_place - place_mean) as expected,
        sqrt(
            greatest(level_spread - product_spread * product_spread / place_spread, 0) / (quarter_count - 2)
            * (
                1 + 1 / cast(quarter_count as double)
                + (last_place - place_mean) * (last_place - place_mean) / place_spread
            )
        ) as scale
    from centred
)

select
    carried.indicator_code,
    carried.period,
    carried.quarter_count,
    round(greatest(carried.expected, 0), 2) as forecast_value,
    round(greatest(carried.expected - quantiles.t_975 * carried.scale, 0), 2) as forecast_low,
    round(greatest(carried.expected + quantiles.t_975 * carried.scale, 0), 2) as forecast_high
from carried
inner join {{ ref('t_quantiles') }} as quantiles on carried.quarter_count - 2 = quantiles.df

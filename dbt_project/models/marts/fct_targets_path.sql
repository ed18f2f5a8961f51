with knots as (
    select
        indicator_code,
        baseline_index as knot_index,
        baseline_value as knot_value
    from {{ ref('dim_indicator') }}
    where
        baseline_value is not null
        and baseline_index is not null
    union all
    select
        indicator_code,
        year * 4 + 3 as knot_index,
        target_value as knot_value
    from {{ ref('targets') }}
),

segments as (
    select
        indicator_code,
        knot_index,
        knot_value,
        lead(knot_index) over (partition by indicator_code order by knot_index) as next_index,
        lead(knot_value) over (partition by indicator_code order by knot_index) as next_value
    from knots
)

select
    segments.indicator_code,
    periods.period,
    periods.period_index,
    periods.period_end_date,
    coalesce(segments.knot_index = periods.period_index, false) as is_stated,
    cast(
        case
            when segments.next_index is null or segments.knot_index = periods.period_index then segments.knot_value
            else round(
                cast(segments.knot_value as double)
                + cast(segments.next_value - segments.knot_value as double)
                * (periods.period_index - segments.knot_index)
                / (segments.next_index - segments.knot_index), 10
            )
        end as decimal(28, 10)
    ) as planned_value
from segments
inner join {{ ref('dim_period') }} as periods
    on
        segments.knot_index <= periods.period_index
        and coalesce(segments.next_index, segments.knot_index + 1) > periods.period_index

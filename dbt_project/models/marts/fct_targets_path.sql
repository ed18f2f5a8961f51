with knots as (
    select
        indicator_code,
        baseline_index as knot_index,
        baseline_value as knot_value,
        cast(null as string) as change_note,
        cast(null as string) as change_note_released
    from {{ ref('dim_indicator') }}
    where
        baseline_value is not null
        and baseline_index is not null
    union all
    select
        indicator_code,
        year * 4 + 3 as knot_index,
        target_value as knot_value,
        -- A change of the last target touches every figure of the indicator and is noted there.
        case when not is_last then change_note end as change_note,
        case when not is_last then change_note_released end as change_note_released
    from {{ ref('int_targets__current') }}
),

segments as (
    select
        indicator_code,
        knot_index,
        knot_value,
        change_note,
        change_note_released,
        lead(knot_index) over (partition by indicator_code order by knot_index) as next_index,
        lead(knot_value) over (partition by indicator_code order by knot_index) as next_value,
        lead(change_note) over (partition by indicator_code order by knot_index) as next_change_note,
        lead(change_note_released) over (partition by indicator_code order by knot_index) as next_change_note_released
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
    ) as planned_value,
    {% for note in ['change_note', 'change_note_released'] %}
        nullif(
            concat_ws(
                '; ',
                segments.{{ note }},
                case when segments.knot_index < periods.period_index then segments.next_{{ note }} end
            ), ''
        ) as {{ note }}{% if not loop.last %},{% endif %}
    {% endfor %}
from segments
inner join {{ ref('dim_period') }} as periods
    on
        segments.knot_index <= periods.period_index
        and coalesce(segments.next_index, segments.knot_index + 1) > periods.period_index

-- What indicators say they contribute to, as bounds of different people. A row of a return speaks of different people;
-- two rows, quarters, partners or programs may speak of the same ones: at least the largest, at most all together.
with contributing as (
    select
        indicators.indicator_code,
        indicators.program_code,
        indicators.kind,
        indicators.headline_span,
        {{ each_code('indicators.contributes_to') }} as contribution_code
    from {{ ref('dim_indicator') }} as indicators
    where
        indicators.contributes_to is not null
        and indicators.kind in ('flow', 'stock', 'reach')
),

row_lows as (
    select
        rows_in.indicator_code,
        periods.period_index,
        max(rows_in.value_low) as row_low
    from {{ ref('int_indicators__unioned') }} as rows_in
    inner join {{ ref('dim_period') }} as periods on rows_in.period = periods.period
    group by rows_in.indicator_code, periods.period_index
),

flow_lows as (
    select
        row_lows.indicator_code,
        periods.period,
        max(row_lows.row_low) as largest_row
    from row_lows
    inner join {{ ref('dim_period') }} as periods on row_lows.period_index <= periods.period_index
    where periods.is_ended
    group by row_lows.indicator_code, periods.period
),

partner_lows as (
    select
        indicator_code,
        period,
        span,
        max(value_low) as largest_partner
    from {{ ref('fct_indicator_spans') }}
    where dimension = 'partner'
    group by indicator_code, period, span
),

measured as (
    select
        contributing.contribution_code,
        contributing.program_code,
        contributing.indicator_code,
        kpi.period,
        kpi.is_synthetic,
        kpi.coverage_met,
        kpi.coverage_due,
        kpi.value_high as people_high,
        case
            when kpi.value_high is null then null
            when contributing.kind = 'reach' then kpi.value_low
            when contributing.kind = 'stock' then partner_lows.largest_partner
            else coalesce(flow_lows.largest_row, 0)
        end as people_low
    from contributing
    inner join {{ ref('fct_kpi') }} as kpi
        on
            contributing.indicator_code = kpi.indicator_code
            and kpi.is_headline
    left join flow_lows
        on
            kpi.indicator_code = flow_lows.indicator_code
            and kpi.period = flow_lows.period
    left join partner_lows
        on
            kpi.indicator_code = partner_lows.indicator_code
            and kpi.period = partner_lows.period
            and kpi.span = partner_lows.span
),

-- Returns of a program stand once in the coverage, those of the indicator that lacks most. For release, a number of 1
-- to 10 people enters as 0 to 10, so that it cannot be worked out from a total.
ranked as (
    select
        measured.*,
        case when people_low between 1 and 10 then 0 else people_low end as released_low,
        case when people_high between 1 and 10 then 10 else people_high end as released_high,
        row_number() over (
            partition by contribution_code, program_code, period
            order by coverage_due - coverage_met desc, coverage_due desc, indicator_code asc
        ) as lacking_order
    from measured
),

by_program as (
    select
        contribution_code,
        program_code,
        period,
        count(people_high) as indicator_count,
        max(people_low) as people_low,
        sum(people_high) as people_high,
        max(released_low) as released_low,
        sum(released_high) as released_high,
        max(case when lacking_order = 1 then coverage_met end) as coverage_met,
        max(case when lacking_order = 1 then coverage_due end) as coverage_due,
        bool_or(is_synthetic) as is_synthetic
    from ranked
    group by contribution_code, program_code, period
),

scoped as (
    select
        contribution_code,
        program_code,
        period,
        indicator_count,
        people_low,
        people_high,
        released_low,
        released_high,
        coverage_met,
        coverage_due,
        is_synthetic
    from by_program
    union all
    select
        contribution_code,
        'total' as program_code,
        period,
        sum(indicator_count) as indicator_count,
        max(people_low) as people_low,
        sum(people_high) as people_high,
        max(released_low) as released_low,
        sum(released_high) as released_high,
        sum(coverage_met) as coverage_met,
        sum(coverage_due) as coverage_due,
        bool_or(is_synthetic) as is_synthetic
    from by_program
    group by contribution_code, period
)

select
    contribution_code,
    program_code,
    period,
    is_synthetic,
    cast(indicator_count as integer) as indicator_count,
    cast(people_low as decimal(24, 4)) as people_low,
    cast(people_high as decimal(24, 4)) as people_high,
    cast(released_low as decimal(24, 4)) as released_low,
    cast(released_high as decimal(24, 4)) as released_high,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due
from scoped

with goals as (
    select
        goal_code,
        name as goal_name,
        target_value as goal_eur,
        start_year,
        by_year,
        basis,
        source as source_text
    from {{ ref('goals') }}
    where unit = 'EUR'
),

last_period as (
    select max(period_index) as last_index
    from {{ ref('dim_period') }}
    where is_ended
),

totals as (
    select
        sum(budget_eur) as budget_eur,
        sum(committed_eur) as committed_eur,
        sum(paid_eur) as paid_eur,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_investment_entries') }}
    where counts_to_goal
),

headline as (
    select
        coverage_met,
        coverage_due,
        data_status,
        planned_value,
        progress_status,
        forecast_2030,
        forecast_2030_low,
        forecast_2030_high
    from {{ ref('fct_kpi') }}
    where
        indicator_code = 'eur_paid_to_goal'
        and span = 'since_start'
        and {{ quarter_index('period') }} = (select last_period.last_index from last_period)
),

-- A plan that leads through an assumed target is an assumption, though the goal itself is published.
plan as (
    select case when bool_or(basis = 'assumed') then 'assumed' else 'published' end as planned_basis
    from {{ ref('int_targets__current') }}
    where indicator_code = 'eur_paid_to_goal'
),

combined as (
    select
        goals.*,
        last_period.last_index,
        coalesce(totals.budget_eur, 0) as budget_eur,
        coalesce(totals.committed_eur, 0) as committed_eur,
        coalesce(totals.paid_eur, 0) as paid_eur,
        coalesce(totals.is_synthetic, false) as is_synthetic,
        coalesce(headline.coverage_met, 0) as coverage_met,
        coalesce(headline.coverage_due, 0) as coverage_due,
        coalesce(headline.data_status, 'no_data') as data_status,
        headline.planned_value,
        plan.planned_basis,
        -- One pace for the goal and for its indicator: the line through its baseline and every dated target.
        coalesce(headline.progress_status, 'not_assessable') as progress_status,
        headline.forecast_2030,
        headline.forecast_2030_low,
        headline.forecast_2030_high,
        last_period.last_index - goals.start_year * 4 + 1 as quarters_elapsed,
        (goals.by_year - goals.start_year + 1) * 4 as quarters_total
    from goals
    cross join totals
    cross join plan
    left join last_period on last_period.last_index is not null
    left join headline on headline.coverage_due is not null
)

select
    goal_code,
    goal_name,
    start_year,
    by_year,
    basis,
    source_text,
    is_synthetic,
    coverage_met,
    coverage_due,
    data_status,
    progress_status,
    cast(goal_eur as decimal(18, 2)) as goal_eur,
    cast(budget_eur as decimal(18, 2)) as budget_eur,
    cast(committed_eur as decimal(18, 2)) as committed_eur,
    cast(paid_eur as decimal(18, 2)) as paid_eur,
    cast(planned_value as decimal(18, 2)) as planned_eur,
    case when planned_value is not null then planned_basis end as planned_basis,
    {% for name, share in [
        ('share_paid_pct', 'cast(paid_eur as double) / cast(goal_eur as double)'),
        ('share_committed_pct', 'cast(committed_eur as double) / cast(goal_eur as double)'),
        ('elapsed_pct', 'least(cast(quarters_elapsed as double) / quarters_total, 1)'),
    ] %}
        -- Decimals halve exactly: 28.125 is 28.13 on every machine.
        cast(cast(round(100 * {{ share }}, 10) as decimal(20, 10)) as decimal(9, 2)) as {{ name }},
    {% endfor %}
    cast(
        case
            when quarters_elapsed >= quarters_total then null
            when paid_eur >= goal_eur then 0
            else cast(
                round(cast(goal_eur - paid_eur as double) * 4 / (quarters_total - quarters_elapsed), 6)
                as decimal(24, 6)
            )
        end as decimal(18, 2)
    ) as required_eur_per_year,
    cast(cast(round(cast(paid_eur as double) * 4 / quarters_elapsed, 6) as decimal(24, 6)) as decimal(18, 2))
        as observed_eur_per_year,
    cast(forecast_2030 as decimal(18, 2)) as forecast_2030_eur,
    cast(forecast_2030_low as decimal(18, 2)) as forecast_2030_low_eur,
    cast(forecast_2030_high as decimal(18, 2)) as forecast_2030_high_eur
from combined

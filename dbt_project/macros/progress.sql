{#
    How far a value is on the way to its target, and what that is called: CTEs from a relation with one row per figure and
    the columns baseline_value, baseline_index, target_value, target_index, planned_value, to_index, judged_value,
    better_value, sign, kind, span, direction, coverage_met, coverage_due, blank_count and is_headline, to `assessed` with a
    verdict. What is released is graded by what is shown, so the same arithmetic serves twice.
#}
{% macro graded_progress(relation) -%}
-- Targets hold for the headline span only: a cumulative target says nothing about one quarter. All distances count
-- towards the target, so that a fall and a rise read alike.
compared as (
    select
        {{ relation }}.*,
        case
            when is_headline and target_value <> baseline_value
                then cast(judged_value - baseline_value as double) / cast(target_value - baseline_value as double)
        end as attained_share,
        round(cast(sign * (planned_value - baseline_value) as double), 6) as planned_way,
        {% for bound in ['judged', 'better'] %}
            coalesce(sign * ({{ bound }}_value - target_value) >= 0, false) as {{ bound }}_is_at_target,
            round(cast(sign * ({{ bound }}_value - baseline_value) as double), 6) as {{ bound }}_way,
        {% endfor %}
        round(cast(sign * (target_value - baseline_value) as double), 6) as whole_way,
        -- What was added cannot be lost again: a running total below plan is behind, however much it grows.
        kind in ('flow', 'reach') and span = 'since_start' as is_running_total,
        coverage_met = coverage_due and coverage_due > 0 and (kind <> 'stock' or blank_count = 0) as is_complete
    from {{ relation }}
),

-- Complete counts have no standard error: toward the target from 10 % of the way on, away from it from 10 % of the
-- baseline on; less than that is no change (Healthy People 2030). On track is 95 % of the way planned by now.
graded_progress as (
    select
        {% for bound in ['judged', 'better'] %}
            case
                when whole_way is null or whole_way <= 0 or planned_way is null or {{ bound }}_way is null then null
                when {{ bound }}_is_at_target then 'target_met'
                when {{ bound }}_way >= round(0.95 * planned_way, 6) then 'on_track'
                when is_running_total then 'behind'
                when {{ bound }}_way >= round(0.1 * whole_way, 6) then 'improving'
                when {{ bound }}_way >= 0 or -{{ bound }}_way < round(0.1 * abs(cast(baseline_value as double)), 6)
                    then 'no_detectable_change'
                else 'worsening'
            end as {{ bound }}_status,
        {% endfor %}
        compared.*
    from compared
),

assessed as (
    select
        graded_progress.*,
        case
            when not is_headline or target_value is null or judged_value is null then 'not_assessable'
            -- More returns can only add to a sum that has reached its target; they can undo a share or a fall.
            when judged_is_at_target and (is_complete or (kind <> 'ratio' and direction = 'increase'))
                then 'target_met'
            when not is_complete or judged_status is null then 'not_assessable'
            when judged_status in ('on_track', better_status) then judged_status
            else 'bounds_differ'
        end as verdict
    from graded_progress
)
{% endmacro %}

{# Attainment and pace of a row of `assessed`. #}
{% macro pace_columns() %}
    -- More decimals than are published, so that those are rounded once.
    cast(round(100 * attained_share, 10) as decimal(28, 10)) as attainment_pct,
    cast(
        case
            when not is_headline or judged_value is null or target_index <= to_index then null
            when judged_is_at_target then 0
            else round(cast(target_value - judged_value as double) * 4 / (target_index - to_index), 6)
        end as decimal(24, 6)
    ) as required_per_year,
    cast(
        case
            when is_headline and to_index > baseline_index
                then round(cast(judged_value - baseline_value as double) * 4 / (to_index - baseline_index), 6)
        end as decimal(24, 6)
    ) as observed_per_year
{% endmacro %}

-- Patients are hidden or rounded as the disclosure step decides; respondents of polls are no list of anybody, and fewer
-- than 11 are hidden. Roundtables, dialogues, findings, actions
-- and recommendations are not people. Units are never added: one column for each.
with added as (
    select
        barriers.barrier_code,
        barriers.barrier_name,
        {% for name, unit in [
            ('roundtables', 'roundtables naming it'), ('dialogues', 'dialogues naming it'),
            ('findings', 'findings about it'),
        ] %}
            sum(case when barriers.heard_unit = '{{ unit }}' then barriers.heard_count_low end) as {{ name }}_count,
        {% endfor %}
        {% for name, unit in [('patients', 'patients naming it'), ('respondents', 'respondents naming it')] %}
            {% for bound in ['low', 'high'] %}
                sum(
                    case when barriers.heard_unit = '{{ unit }}' then barriers.heard_count_{{ bound }} end
                ) as {{ name }}_count_{{ bound }},
            {% endfor %}
        {% endfor %}
        min(barriers.first_heard_period) as first_heard_period,
        max(barriers.last_heard_period) as last_heard_period,
        coalesce(max(barriers.heard_count_high), 0) > 0 as is_heard,
        {% for step in ['agreed', 'under_way', 'done', 'recommended', 'taken_up', 'adopted', 'implemented'] %}
            cast(sum(barriers.{{ step }}_count) as integer) as {{ step }}_count,
        {% endfor %}
        bool_or(programs.is_synthetic) as is_synthetic
    from {{ ref('fct_barriers') }} as barriers
    inner join {{ ref('dim_program') }} as programs on barriers.program_code = programs.program_code
    group by barriers.barrier_code, barriers.barrier_name
),

flagged as (
    select
        added.*,
        -- Whatever nobody decided on stays hidden.
        added.patients_count_high is not null
        and not coalesce(decisions.is_shown, false) as is_patients_suppressed,
        coalesce(
            respondents_count_low between 1 and 10 or respondents_count_high between 1 and 10, false
        ) as is_respondents_suppressed,
        decisions.shown_low as shown_patients_count_low,
        decisions.shown_high as shown_patients_count_high
    from added
    left join {{ ref('fct_disclosure') }} as decisions
        on decisions.figure_id = concat_ws('/', 'heard', added.barrier_code, 'patients')
)

select
    barrier_code,
    barrier_name,
    {% for name in ['roundtables', 'dialogues', 'findings'] %}
        cast({{ name }}_count as bigint) as {{ name }}_count,
    {% endfor %}
    shown_patients_count_low as patients_count_low,
    shown_patients_count_high as patients_count_high,
    is_patients_suppressed,
    {% for bound in ['low', 'high'] %}
        cast(
            case when not is_respondents_suppressed then respondents_count_{{ bound }} end as bigint
        ) as respondents_count_{{ bound }},
    {% endfor %}
    is_respondents_suppressed,
    first_heard_period,
    last_heard_period,
    agreed_count,
    under_way_count,
    done_count,
    recommended_count,
    taken_up_count,
    adopted_count,
    implemented_count,
    is_heard and agreed_count + under_way_count + done_count + adopted_count + implemented_count = 0 as nothing_agreed,
    is_synthetic
from flagged
where
    is_heard
    or agreed_count + under_way_count + done_count > 0
    or recommended_count + taken_up_count + adopted_count + implemented_count > 0

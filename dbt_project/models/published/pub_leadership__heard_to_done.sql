-- Primary suppression: a count of 1 to 10 people is hidden with its bounds. Roundtables, dialogues, findings, actions
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
        {% for name in ['patients', 'respondents'] %}
            coalesce(
                {{ name }}_count_low between 1 and 10 or {{ name }}_count_high between 1 and 10, false
            ) as is_{{ name }}_suppressed{% if not loop.last %},{% endif %}
        {% endfor %}
    from added
)

select
    barrier_code,
    barrier_name,
    {% for name in ['roundtables', 'dialogues', 'findings'] %}
        cast({{ name }}_count as bigint) as {{ name }}_count,
    {% endfor %}
    {% for name in ['patients', 'respondents'] %}
        {% for bound in ['low', 'high'] %}
            cast(
                case when not is_{{ name }}_suppressed then {{ name }}_count_{{ bound }} end as bigint
            ) as {{ name }}_count_{{ bound }},
        {% endfor %}
        is_{{ name }}_suppressed,
    {% endfor %}
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

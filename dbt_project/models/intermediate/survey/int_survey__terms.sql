{% for position, coefficient in [('a', 1), ('b', -1), ('c', -1), ('d', 1)] %}
    {% if not loop.first %}union all{% endif %}
    select
        query_code,
        outcome_code,
        '{{ position }}' as position,
        domain_{{ position }} as domain_code,
        cast({{ coefficient }} as double) as coefficient
    from {{ ref('int_survey__questions') }}
    where domain_{{ position }} is not null
{% endfor %}

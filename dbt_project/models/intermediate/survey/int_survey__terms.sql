{% for position, sign in [('a', 1), ('b', -1), ('c', -1), ('d', 1)] %}
    {% if not loop.first %}union all{% endif %}
    select
        questions.query_code,
        questions.outcome_code,
        '{{ position }}' as position,
        sides.side_key,
        sides.domain_code,
        {{ sign }} * sides.part as coefficient
    from {{ ref('int_survey__questions') }} as questions
    inner join {{ ref('int_survey__sides') }} as sides on questions.side_{{ position }} = sides.side_key
{% endfor %}

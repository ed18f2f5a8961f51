{# Passes where every row satisfies each condition; a condition that is null fails. One scan for all. #}
{% test holds(model, conditions) %}

select *
from {{ model }}
where
    not coalesce(
        {% for condition in conditions %}
            ({{ condition }}){% if not loop.last %} and{% endif %}
        {% endfor %},
        false
    )

{% endtest %}

{# Passes where none of the columns is below zero; null is not below zero. #}
{% test not_negative(model, columns) %}

select {{ columns | join(", ") }}
from {{ model }}
where
    false
    {% for column in columns %}
        or {{ column }} < 0
    {% endfor %}

{% endtest %}

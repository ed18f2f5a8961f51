{#
    Passes where no two rows share the columns that make the model's grain (nulls count as equal) and every row
    satisfies each condition (null fails). One scan and no sort; a failing row says which condition it breaks first.
#}
{% test sound(model, grain, conditions) %}

with graded as (
    select
        {{ grain | join(",\n        ") }},
        case
            {% for condition in conditions %}
                when not coalesce({{ condition }}, false) then '{{ condition | replace("'", "''") }}'
            {% endfor %}
        end as broken_condition
    from {{ model }}
)

select
    {{ grain | join(",\n    ") }},
    count(*) as grain_row_count,
    min(broken_condition) as broken_condition
from graded
group by
    {{ grain | join(",\n    ") }}
having
    count(*) > 1
    or min(broken_condition) is not null

{% endtest %}

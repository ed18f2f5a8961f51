{#
    Passes where no two rows share the columns that make the model's grain (nulls count as equal) and every row
    satisfies each condition (null fails). One scan; a failing row says which condition it breaks first.
#}
{% test sound(model, grain, conditions) %}

with graded as (
    select
        {{ grain | join(",\n        ") }},
        count(*) over (partition by {{ grain | join(", ") }}) as grain_row_count,
        case
            {% for condition in conditions %}
                when not coalesce({{ condition }}, false) then '{{ condition | replace("'", "''") }}'
            {% endfor %}
        end as broken_condition
    from {{ model }}
)

select *
from graded
where
    grain_row_count > 1
    or broken_condition is not null

{% endtest %}

{#
    Passes where no two rows share the columns that make the model's grain (nulls count as equal) and every row
    satisfies each condition (null fails). A failing row says which condition it breaks first. Only rows that may fail are
    grouped by their columns.
#}
{% test sound(model, grain, conditions) %}

with shared as (
    {{ shared_keys(model, grain) }}
),

graded as (
    select
        {{ grain | join(",\n        ") }},
        case
            {% for condition in conditions %}
                when not coalesce({{ condition }}, false) then '{{ condition | replace("'", "''") }}'
            {% endfor %}
        end as broken_condition,
        {{ row_key(grain) }} as row_key
    from {{ model }}
)

select
    {{ grain | join(",\n    ") }},
    count(*) as grain_row_count,
    min(broken_condition) as broken_condition
from graded
where
    broken_condition is not null
    or row_key in (select shared_key from shared)
group by
    {{ grain | join(",\n    ") }}
having
    count(*) > 1
    or min(broken_condition) is not null

{% endtest %}

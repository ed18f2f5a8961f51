{#
    Passes where no two rows share the columns that make the model's grain; nulls count as equal. Only rows that may share
    them are grouped by them.
#}
{% test unique_combination(model, columns) %}

with shared as (
    {{ shared_keys(model, columns) }}
)

select
    {{ columns | join(",\n    ") }},
    count(*) as row_count
from {{ model }}
where {{ row_key(columns) }} in (select shared_key from shared)
group by
    {{ columns | join(",\n    ") }}
having count(*) > 1

{% endtest %}

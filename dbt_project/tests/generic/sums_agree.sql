{#
    Passes where the sum of each column is the same here and in another model, to the cent: what was
    split or joined on the way lost nothing and doubled nothing. "where" filters this model,
    "other_where" the other, "by" compares within groups of this model against the whole of the other.
#}
{% test sums_agree(model, other, columns, where="true", other_where="true", by=none) %}

with compared as (
    {% for column in columns %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ column }}' as column_name,
            parts.column_sum,
            whole.column_sum as other_sum
        from (
            select coalesce(sum({{ column }}), 0) as column_sum
            from {{ model }}
            where {{ where }}
            {% if by %}group by {{ by }}{% endif %}
        ) as parts
        inner join (
            select coalesce(sum({{ column }}), 0) as column_sum
            from {{ other }}
            where {{ other_where }}
        ) as whole on parts.column_sum <> whole.column_sum
    {% endfor %}
)

select *
from compared

{% endtest %}

select
    'everybody' as group_code,
    'Everybody' as group_name,
    0 as group_order
{% for group in survey_groups() %}
    union all

    select
        '{{ group.code }}' as group_code,
        '{{ group.label }}' as group_name,
        {{ loop.index }} as group_order
{% endfor %}

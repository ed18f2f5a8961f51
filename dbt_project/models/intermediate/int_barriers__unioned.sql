{{ config(materialized='table') }}

{% for program in ['heal', 'cheer', 'hemophilia_b'] %}
    {% if not loop.first %}union all{% endif %}
    select *
    from {{ ref('int_' ~ program ~ '__barriers') }}
{% endfor %}

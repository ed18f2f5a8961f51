{% for outcome in survey_outcomes() %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ outcome.code }}' as outcome_code,
        '{{ outcome.label | replace("'", "''") }}' as outcome_name,
        {{ 'true' if outcome.by_group else 'false' }} as is_by_group
{% endfor %}

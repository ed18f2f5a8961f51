-- What the polls say of the question the initiative quotes, experiences that damaged trust: each group's share in
-- percent, and its gap to everybody else in points.
{% for measure, column in [('survey_estimate', 'share'), ('survey_gap', 'gap')] %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ measure }}' as measure,
        wave_code,
        area_code as country_code,
        case when group_code = 'everybody' then 'all' else group_code end as group_code,
        {% for name, source_column in [
            ('estimate_pct', column), ('ci_low_pct', column ~ '_low'), ('ci_high_pct', column ~ '_high')
        ] %}
            cast(cast(round(100 * {{ source_column }}, 10) as decimal(28, 10)) as decimal(9, 4)) as {{ name }},
        {% endfor %}
        case when decision_code = 'weights_absent' then 'no_data' else decision_code end as nchs
    from {{ ref('fct_trust_gaps') }}
    where
        outcome_code = 'trust_damaged'
        {% if measure == 'survey_gap' %}
            and group_code <> 'everybody'
        {% endif %}
{% endfor %}

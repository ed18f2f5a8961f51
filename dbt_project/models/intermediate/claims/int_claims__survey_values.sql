-- What the polls say of the question the initiative quotes: experiences that damaged trust.
select
    wave_code,
    area_code as country_code,
    case when group_code = 'everybody' then 'all' else group_code end as group_code,
    {% for column, source_column in [
        ('estimate_pct', 'share'), ('ci_low_pct', 'share_low'), ('ci_high_pct', 'share_high')
    ] %}
        cast(cast(round(100 * {{ source_column }}, 10) as decimal(28, 10)) as decimal(9, 4)) as {{ column }},
    {% endfor %}
    case when decision_code = 'weights_absent' then 'no_data' else decision_code end as nchs
from {{ ref('fct_trust_gaps') }}
where outcome_code = 'trust_damaged'

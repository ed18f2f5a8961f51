{{ config(materialized='view') }}

-- A share is of all who were asked and answered; who does not know has not said yes. Those who gave no answer stay,
-- since they count among the sampling units.
{% for outcome in survey_outcomes() %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ outcome.code }}' as outcome_code,
        stratum_key,
        psu_key,
        pattern_key,
        weight,
        cast(null as double) as fpc,
        case
            when {{ outcome.column }} is null then null
            when {{ outcome.condition }} then 1
            else 0
        end as answer
    from {{ ref('int_survey__respondents') }}
{% endfor %}

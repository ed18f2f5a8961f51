{{ config(materialized='view') }}

-- A share is of all who were asked and answered; who does not know has not said yes. Those who gave no answer stay,
-- since they count among the sampling units.
{% for outcome in ['trust_damaged', 'negative_experience'] %}
    select
        '{{ outcome }}' as outcome_code,
        stratum_key,
        psu_key,
        pattern_key,
        weight,
        cast(null as double) as fpc,
        case
            when {{ outcome }}_code = 'yes' then 1
            when {{ outcome }}_code is not null then 0
        end as answer
    from {{ ref('int_survey__respondents') }}

    union all

{% endfor %}

select
    outcomes.outcome_code,
    respondents.stratum_key,
    respondents.psu_key,
    respondents.pattern_key,
    respondents.weight,
    cast(null as double) as fpc,
    case
        when instr(respondents.restoring_action_codes, concat(';', outcomes.restoring_action_code, ';')) > 0 then 1
        when respondents.restoring_action_codes is not null then 0
    end as answer
from {{ ref('int_survey__respondents') }} as respondents
cross join {{ ref('survey_outcomes') }} as outcomes
where not outcomes.is_by_group

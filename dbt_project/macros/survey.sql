{# The groups the polls compare with everybody else; null where a respondent did not say. #}
{% macro survey_groups() %}
    {% set has = {} %}
    {% for code in ["minority_ethnic", "disabled", "lgbtq"] %}
        {% do has.update({code: "characteristics like '%;" ~ code ~ ";%'"}) %}
    {% endfor %}
    {% do has.update({"women": "gender = 'woman'"}) %}
    {% set named = ["women", "minority_ethnic", "disabled", "lgbtq"] %}
    {% set counted = [] %}
    {% for code in named %}
        {% do counted.append("case when " ~ has[code] ~ " then 1 when not (" ~ has[code] ~ ") then 0 end") %}
    {% endfor %}
    {% set groups = [] %}
    {% for code in named %}
        {% do groups.append({"code": code, "condition": has[code]}) %}
    {% endfor %}
    {% do groups.append({"code": "gender_other", "condition": "gender = 'other'"}) %}
    {% do groups.append({"code": "two_or_more", "condition": counted | join(" + ") ~ " >= 2"}) %}
    {% for first in named %}
        {% for second in named[loop.index:] %}
            {% do groups.append(
                {"code": first ~ "_and_" ~ second, "condition": has[first] ~ " and " ~ has[second]}
            ) %}
        {% endfor %}
    {% endfor %}
    {{ return(groups) }}
{% endmacro %}

{# The questions whose answers are estimated; the actions that would restore trust for everybody only. #}
{% macro survey_outcomes() %}
    {% set outcomes = [] %}
    {% for code in ["trust_damaged", "negative_experience"] %}
        {% do outcomes.append(
            {"code": code, "column": code ~ "_code", "condition": code ~ "_code = 'yes'", "by_group": true}
        ) %}
    {% endfor %}
    {% for code in survey_restoring_actions() %}
        {% do outcomes.append({
            "code": "restoring|" ~ code, "column": "restoring_action_codes", "by_group": false,
            "condition": "concat(';', restoring_action_codes, ';') like '%;" ~ code ~ ";%'",
        }) %}
    {% endfor %}
    {{ return(outcomes) }}
{% endmacro %}

{# What respondents choose from when asked what would restore their trust, as the contract lists it. #}
{% macro survey_restoring_actions() %}
    {{ return([
        "treated_fairly", "accessible_care", "best_quality_care", "listened_to", "acting_on_feedback", "more_time",
        "clear_information", "same_staff", "diverse_staff", "honesty_about_mistakes",
    ]) }}
{% endmacro %}

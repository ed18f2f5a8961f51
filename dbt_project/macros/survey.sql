{#
    The groups the polls compare with everybody else. A condition is null where a respondent did not say.
    Two or more counts the characteristics beside gender.
#}
{% macro survey_groups() %}
    {% set asked = [
        ("women", "Women", "gender = 'woman'"),
        ("minority_ethnic", "Minority ethnic people", "characteristics like '%;minority_ethnic;%'"),
        ("disabled", "Disabled people", "characteristics like '%;disabled;%'"),
        ("lgbtq", "LGBTQ+ people", "characteristics like '%;lgbtq;%'"),
    ] %}
    {% set groups, counted = [], [] %}
    {% for code, label, condition in asked %}
        {% do groups.append({"code": code, "label": label, "condition": condition}) %}
        {% if code != "women" %}
            {% do counted.append("case when " ~ condition ~ " then 1 when not (" ~ condition ~ ") then 0 end") %}
        {% endif %}
    {% endfor %}
    {% do groups.append({"code": "gender_other", "label": "People of gender Other", "condition": "gender = 'other'"}) %}
    {% do groups.append({
        "code": "two_or_more", "label": "People with two or more characteristics",
        "condition": counted | join(" + ") ~ " >= 2",
    }) %}
    {% for code, label, condition in asked %}
        {% for other_code, other_label, other_condition in asked[loop.index:] %}
            {% do groups.append({
                "code": code ~ "_and_" ~ other_code, "label": label ~ " who are also " ~ other_label | lower | replace("lgbtq", "LGBTQ"),
                "condition": condition ~ " and " ~ other_condition,
            }) %}
        {% endfor %}
    {% endfor %}
    {{ return(groups) }}
{% endmacro %}

{# The questions whose answers are estimated; the actions that would restore trust for everybody only. #}
{% macro survey_outcomes() %}
    {% set outcomes = [] %}
    {% for code, label in [
        ("trust_damaged", "Had experiences that damaged their trust in the healthcare system in general"),
        ("negative_experience", "Had a negative experience of healthcare"),
    ] %}
        {% do outcomes.append({
            "code": code, "label": label, "column": code ~ "_code", "condition": code ~ "_code = 'yes'",
            "by_group": true,
        }) %}
    {% endfor %}
    {% for code, label in survey_restoring_actions() %}
        {% do outcomes.append({
            "code": "restoring|" ~ code, "label": label, "column": "restoring_action_codes", "by_group": false,
            "condition": "concat(';', restoring_action_codes, ';') like '%;" ~ code ~ ";%'",
        }) %}
    {% endfor %}
    {{ return(outcomes) }}
{% endmacro %}

{# What respondents choose from when asked what would restore their trust, as the contract lists it. #}
{% macro survey_restoring_actions() %}
    {{ return([
        ("treated_fairly", "Being treated fairly"),
        ("accessible_care", "Making healthcare accessible"),
        ("best_quality_care", "Offering the best quality of care"),
        ("listened_to", "Being listened to"),
        ("acting_on_feedback", "Acting on what patients say"),
        ("more_time", "More time with staff"),
        ("clear_information", "Clear information"),
        ("same_staff", "Seeing the same staff again"),
        ("diverse_staff", "Staff who share my background"),
        ("honesty_about_mistakes", "Honesty about mistakes"),
    ]) }}
{% endmacro %}

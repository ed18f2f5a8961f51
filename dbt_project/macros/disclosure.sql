{# Why a figure about people is not shown, in words that give no number away; null where it is shown. #}
{% macro hidden_because(reason) -%}
    case
        when {{ reason }} = 'primary'
            then 'Hidden: 1 to 10 people, shares of fewer than 30 and nobody or everybody of so few are not shown'
        when {{ reason }} = 'complementary' then 'Hidden so that no small number can be worked out from other figures'
        when {{ reason }} = 'derived' then 'Hidden because it is worked out from a hidden figure'
    end
{%- endmacro %}

{# What stands in place of a hidden figure: "1–10" only where that is known to be so. #}
{% macro hidden_display(is_hidden, is_told_small) -%}
    case when {{ is_hidden }} and {{ is_told_small }} then '1–10' when {{ is_hidden }} then 'suppressed' end
{%- endmacro %}

{#
    A forecast of people to two significant digits, by 5 at least: it is a sum over exact quarters that are not shown,
    and no forecast is known better than that.
#}
{% macro two_digits(value) -%}
    round({{ value }} / {{ digit_step(value) }}) * {{ digit_step(value) }}
{%- endmacro %}

{% macro digit_step(value) -%}
    case
        when abs({{ value }}) < 100 then 5
        when abs({{ value }}) < 1000 then 10
        when abs({{ value }}) < 10000 then 100
        when abs({{ value }}) < 100000 then 1000
        when abs({{ value }}) < 1000000 then 10000
        when abs({{ value }}) < 10000000 then 100000
        else 1000000
    end
{%- endmacro %}

{# What a reader must know of a rounded figure. #}
{% macro rounded_to(is_rounded, kind) -%}
    case
        when {{ is_rounded }} and {{ kind }} = 'ratio' then 'Rounded to whole percent'
        when {{ is_rounded }} then 'Rounded to 5'
    end
{%- endmacro %}

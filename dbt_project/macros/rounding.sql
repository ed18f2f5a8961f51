{#
    A double as it is published. Ten decimals first: decimals halve exactly, so that 28.125 is 28.13 on every machine.
#}
{% macro rounded(expression, places=2) -%}
    cast(cast(round({{ expression }}, 10) as decimal(28, 10)) as decimal(18, {{ places }}))
{%- endmacro %}

{# A share as percent, a difference of shares as percentage points. #}
{% macro in_points(share) -%}
    {{ rounded("100 * " ~ share) }}
{%- endmacro %}

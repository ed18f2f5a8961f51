{# The day the tables are true for. #}
{% macro as_of_date() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{# A quarter such as 2026-Q3 as a number that grows by one per quarter. #}
{% macro quarter_index(period) -%}
    (cast(substr({{ period }}, 1, 4) as integer) * 4 + cast(substr({{ period }}, 7, 1) as integer) - 1)
{%- endmacro %}

{# Last day of a quarter such as 2026-Q3. #}
{% macro quarter_end(period) -%}
    make_date(
        cast(substr({{ period }}, 1, 4) as integer),
        cast(substr({{ period }}, 7, 1) as integer) * 3,
        case when substr({{ period }}, 7, 1) in ('1', '4') then 31 else 30 end
    )
{%- endmacro %}

{# First day of a quarter such as 2026-Q3. #}
{% macro quarter_start(period) -%}
    make_date(
        cast(substr({{ period }}, 1, 4) as integer),
        cast(substr({{ period }}, 7, 1) as integer) * 3 - 2,
        1
    )
{%- endmacro %}

{#
    Whether a relation's quarter counts in a span: it lies in it, and nothing later of the same partner that would take its
    place does.
#}
{% macro in_span(spans, quarters) -%}
    {{ spans }}.indicator_code = {{ quarters }}.indicator_code
    and {{ spans }}.from_index <= {{ quarters }}.period_index
    and {{ spans }}.to_index >= {{ quarters }}.period_index
    and {{ spans }}.to_index <= {{ quarters }}.until_index
{%- endmacro %}

{# Schemas are named by layer alone (raw, reference, staging, intermediate, marts, published). #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{#
    Seeds on Spark: dbt-spark's own macro writes a value with an apostrophe as broken SQL and decimals by way of floats.
    Values are read as text here and cast as dbt_project.yml says.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = [] %}
    {% for name in agate_table.column_names %}
        {% set inferred = adapter.convert_type(agate_table, loop.index0) %}
        {% do types.append(model["config"].get("column_types", {}).get(name, inferred)) %}
    {% endfor %}
    {% set statements = [] %}
    {% for chunk in agate_table.rows | batch(1000) %}
        {% set rows = [] %}
        {% for row in chunk %}
            {% set values = [] %}
            {% for type in types %}
                {% do values.append("cast(" ~ text_literal(row[loop.index0]) ~ " as " ~ type ~ ")") %}
            {% endfor %}
            {% do rows.append("(" ~ values | join(", ") ~ ")") %}
        {% endfor %}
        {% do statements.append("insert into " ~ this.render() ~ " values " ~ rows | join(", ")) %}
        {% do adapter.add_query(statements[-1], abridge_sql_log=True) %}
    {% endfor %}
    {{ return(statements | first) }}
{% endmacro %}

{# A value as a literal of text in Spark's SQL, where a backslash escapes. #}
{% macro text_literal(value) -%}
    {%- if value is none -%} null
    {%- else -%} '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

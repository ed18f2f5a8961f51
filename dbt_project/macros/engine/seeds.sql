{#
    Seeds on Spark: dbt-spark's own macro writes a value with an apostrophe as broken SQL and decimals by way of floats.
    Values are read as text here and cast as dbt_project.yml says.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model["config"].get("column_types", {}) %}
    {% set statements = [] %}
    {% for rows in agate_table.rows | batch(1000) %}
        {% set sql %}
            insert into {{ this.render() }} values
            {% for row in rows -%}
                (
                    {%- for name in agate_table.column_names -%}
                        cast({{ text_literal(row[loop.index0]) }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
                        {%- if not loop.last %}, {% endif -%}
                    {%- endfor -%}
                )
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        {% endset %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
        {% do statements.append(sql) %}
    {% endfor %}
    {{ return(statements | first) }}
{% endmacro %}

{# A value as a literal of text in Spark's SQL, where a backslash escapes. #}
{% macro text_literal(value) -%}
    {%- if value is none -%} null
    {%- else -%} '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

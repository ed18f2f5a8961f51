{#
    One view per source table over the Parquet files of raw/, so that partners' rows are in the warehouse
    and dbt reads nothing else. The globs always match: each table has an _empty.parquet.
#}
{% macro expose_raw() %}
    {% if execute %}
        {% set nodes = graph.sources.values() | selectattr("source_name", "in", ["raw", "steps"]) | list %}
        {% do adapter.dispatch("create_raw_views", "impact")(nodes) %}
    {% endif %}
{% endmacro %}

{% macro raw_glob(node) -%}
    {%- if node.source_name == "steps" -%}
        {{ var("raw_root") }}/_steps/{{ node.identifier }}.parquet
    {%- elif node.identifier.startswith("ledger__") -%}
        {{ var("raw_root") }}/_ledger/{{ node.identifier.split("__", 1)[1] }}.parquet
    {%- else -%}
        {{ var("raw_root") }}/{{ node.identifier.split("__", 1) | join("/") }}/**/*.parquet
    {%- endif -%}
{%- endmacro %}

{# A view is left as it is while its files were made from the same: making one opens them all. #}
{% macro duckdb__create_raw_views(nodes) %}
    {% set seals = var("seals", none) %}
    {% do run_query("create schema if not exists raw") %}
    {% do run_query("create schema if not exists steps") %}
    {% do kept_begin() %}
    {% set there = {} %}
    {% if seals %}
        {% set found = run_query(
            "select schema_name || '.' || view_name, comment from duckdb_views() where comment is not null"
        ) %}
        {% for row in found.rows %}{% do there.update({row[0]: row[1]}) %}{% endfor %}
    {% endif %}
    {% for node in nodes %}
        {% set name = node.schema ~ "." ~ node.identifier %}
        {% set content = seals.sources.get(node.source_name ~ "." ~ node.name) if seals else none %}
        {% set note = "s" ~ local_md5([raw_glob(node), content, seals.made_by] | join(" ")) if content else none %}
        {% if note is none or there.get(name) != note %}
            {% do run_query(
                "create or replace view " ~ name ~ " as select * from read_parquet('"
                ~ raw_glob(node) | replace("'", "''")
                ~ "', union_by_name = true, hive_partitioning = false)"
            ) %}
            {% if note is not none %}
                {% do run_query("comment on view " ~ name ~ " is '" ~ note ~ "'") %}
            {% endif %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#
    Spark passes over files whose names begin with an underscore, so a table of returns has the columns of its contract,
    whether or not a return is there; a single file names its own.
#}
{% macro spark__create_raw_views(nodes) %}
    {% do run_query("create schema if not exists raw") %}
    {% do run_query("create schema if not exists steps") %}
    {% for node in nodes %}
        {% set name = node.schema ~ "." ~ node.identifier %}
        {% set path = raw_glob(node).split("/**/") %}
        {% set columns = [] %}
        {% if path | length > 1 %}
            {% for column in node.columns.values() %}
                {% do columns.append(column.name ~ " " ~ spark_type(column.data_type)) %}
            {% endfor %}
        {% endif %}
        {% do run_query("drop table if exists " ~ name) %}
        {% do run_query(
            "create table " ~ name ~ (" (" ~ columns | join(", ") ~ ")" if columns else "")
            ~ " using parquet options (path " ~ text_literal(path[0]) ~ ", recursiveFileLookup 'true')"
        ) %}
    {% endfor %}
{% endmacro %}

{# Spark's name of an Arrow type of sources/raw_schema.py. #}
{% macro spark_type(arrow) -%}
    {%- set names = {"int64": "bigint", "bool": "boolean", "date32[day]": "date"} -%}
    {{ names.get(arrow, arrow | replace("decimal128", "decimal")) }}
{%- endmacro %}

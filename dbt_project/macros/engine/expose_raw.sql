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

{% macro duckdb__create_raw_views(nodes) %}
    {% do run_query("create schema if not exists raw") %}
    {% do run_query("create schema if not exists steps") %}
    {% for node in nodes %}
        {% do run_query(
            "create or replace view " ~ node.schema ~ "." ~ node.identifier ~ " as select * from read_parquet('"
            ~ raw_glob(node) | replace("'", "''")
            ~ "', union_by_name = true, hive_partitioning = false)"
        ) %}
    {% endfor %}
{% endmacro %}

{% macro default__create_raw_views(nodes) %}
    {% do run_query("create schema if not exists raw") %}
    {% do run_query("create schema if not exists steps") %}
    {% for node in nodes %}
        {% set path = raw_glob(node).split("/**/") | first %}
        {% set name = node.schema ~ "." ~ node.identifier %}
        {% do run_query("drop table if exists " ~ name) %}
        {% do run_query(
            "create table " ~ name ~ " using parquet options (path '" ~ path
            ~ "', recursiveFileLookup 'true', mergeSchema 'true')"
        ) %}
    {% endfor %}
{% endmacro %}

{#
    One view per source table over the Parquet files of raw/, so that partners' rows are in the warehouse
    and dbt reads nothing else. The globs always match: each table has an _empty.parquet.
#}
{% macro expose_raw() %}
    {% if execute %}
        {% set nodes = graph.sources.values() | selectattr("source_name", "equalto", "raw") | list %}
        {% do adapter.dispatch("create_raw_views", "impact")(nodes) %}
    {% endif %}
{% endmacro %}

{% macro raw_glob(table) -%}
    {%- set program, name = table.split("__", 1) -%}
    {%- if program == "ledger" -%}
        {{ var("raw_root") }}/_ledger/{{ name }}.parquet
    {%- else -%}
        {{ var("raw_root") }}/{{ program }}/{{ name }}/**/*.parquet
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__create_raw_views(nodes) %}
    {% do run_query("create schema if not exists raw") %}
    {% for node in nodes %}
        {% do run_query(
            "create or replace view raw." ~ node.identifier ~ " as select * from read_parquet('"
            ~ raw_glob(node.identifier) | replace("'", "''")
            ~ "', union_by_name = true, hive_partitioning = false)"
        ) %}
    {% endfor %}
{% endmacro %}

{% macro default__create_raw_views(nodes) %}
    {% do run_query("create schema if not exists raw") %}
    {% for node in nodes %}
        {% set path = raw_glob(node.identifier).split("/**/") | first %}
        {% do run_query("drop table if exists raw." ~ node.identifier) %}
        {% do run_query(
            "create table raw." ~ node.identifier ~ " using parquet options (path '" ~ path
            ~ "', recursiveFileLookup 'true', mergeSchema 'true')"
        ) %}
    {% endfor %}
{% endmacro %}

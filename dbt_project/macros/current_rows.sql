{#
    The rows of a raw table that count now: those whose submission is the current version of its
    partner, program, period and table. Earlier versions stay in raw and explain restatements.
    It stands where a relation stands, after "from".
#}
{% macro current_rows(program, table) -%}
    (
        select raw_rows.*
        from {{ source('raw', program ~ '__' ~ table) }} as raw_rows
        inner join {{ ref('stg_ledger__current_versions') }} as versions
            on
                raw_rows._submission_id = versions.submission_id
                and raw_rows._partner_code = versions.partner_code
                and raw_rows._period = versions.period
        where
            versions.program_code = '{{ program }}'
            and versions.table_name = '{{ table }}'
    )
{%- endmacro %}

{# Provenance of a staged row, the same in every staging model. #}
{% macro provenance() -%}
    cast(_submission_id as string) as submission_id,
    cast(_partner_code as string) as partner_code,
    cast(_period as string) as period,
    cast(_file as string) as source_file,
    cast(_sheet as string) as source_sheet,
    cast(_row as bigint) as source_row
{%- endmacro %}

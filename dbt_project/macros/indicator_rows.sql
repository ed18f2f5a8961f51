{#
    Maps rows of a staged table to the canonical long shape of indicators: sixteen columns, in this order.

    relation      CTE or model with partner_code, period, submission_id, source_sheet, source_row
    value         expression of the value (the numerator of a ratio); null where only bounds are known
    low, high     its bounds where they can differ from the value
    denominator   expression, of ratios only
    country       expression of the country; the country of the partner is used where it is null
    where         keeps rows; by default those whose value or bounds are filled, since blank is not zero

    Rows of one return must be disjoint parts: never a total beside its parts.
#}
{% macro indicator_rows(
    indicator_code, program, table, relation, value,
    low=none, high=none, denominator="null", country="null", population_group="null", place="null",
    where=none, as_of="null"
) -%}
    select
        '{{ indicator_code }}' as indicator_code,
        '{{ program }}' as program_code,
        mapped.partner_code,
        coalesce({{ country }}, partners.country_code) as country_code,
        mapped.period,
        cast({{ population_group }} as string) as population_group_code,
        cast({{ place }} as string) as place,
        cast({{ value }} as decimal(24, 4)) as numerator,
        cast({{ denominator }} as decimal(24, 4)) as denominator,
        cast({{ low or value }} as decimal(24, 4)) as value_low,
        cast({{ high or value }} as decimal(24, 4)) as value_high,
        mapped.submission_id,
        '{{ table }}' as source_table,
        mapped.source_sheet,
        mapped.source_row,
        cast({{ as_of }} as date) as as_of_date
    from {{ relation }} as mapped
    left join {{ ref('partners') }} as partners
        on
            mapped.partner_code = partners.partner_code
            and partners.program_code = '{{ program }}'
    where {{ where or (low or value) ~ " is not null" }}
{%- endmacro %}

{#
    A table that came in without a row that counts is a count of zero: the partner said so by sending it.
    For indicators that count rows, and for sums over a list where relation is the whole list: nobody is reached by
    what did not take place. A list with rows whose figure is blank stays blank.
#}
{% macro zero_rows(indicator_code, program, table, relation) -%}
    select
        '{{ indicator_code }}' as indicator_code,
        '{{ program }}' as program_code,
        versions.partner_code,
        partners.country_code,
        versions.period,
        cast(null as string) as population_group_code,
        cast(null as string) as place,
        cast(0 as decimal(24, 4)) as numerator,
        cast(null as decimal(24, 4)) as denominator,
        cast(0 as decimal(24, 4)) as value_low,
        cast(0 as decimal(24, 4)) as value_high,
        versions.submission_id,
        '{{ table }}' as source_table,
        cast(null as string) as source_sheet,
        cast(null as bigint) as source_row,
        cast(null as date) as as_of_date
    from {{ ref('stg_ledger__current_versions') }} as versions
    left join {{ ref('partners') }} as partners
        on
            versions.partner_code = partners.partner_code
            and versions.program_code = partners.program_code
    left join (
        select distinct
            partner_code,
            period
        from {{ relation }}
    ) as present
        on
            versions.partner_code = present.partner_code
            and versions.period = present.period
    where
        versions.program_code = '{{ program }}'
        and versions.table_name = '{{ table }}'
        and present.period is null
{%- endmacro %}

{#
    Upper bound of a share's numerator where its base is an interval and enters with its upper bound.
    (N + n) / (D + d) with n at most n_high, n at most d and d from d_low to d_high is largest at n = n_high and
    d = max(d_low, n_high); a share of at most 1 rises when both sides grow alike, so adding
    d_high - max(d_low, n_high) to both keeps it an upper bound. The lower bound is n_low over d_high.
#}
{% macro share_high(numerator_high, base_low, base_high) -%}
    {{ numerator_high }} + {{ base_high }} - greatest({{ base_low }}, {{ numerator_high }})
{%- endmacro %}

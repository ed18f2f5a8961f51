{%- set key_columns = [
    'indicator_code', 'program_code', 'partner_code', 'period', 'submission_id', 'source_table', 'source_sheet',
    'source_row', 'country_code', 'population_group_code', 'place',
] -%}
{%- set own_columns = [] -%}
{%- for name in key_columns -%}{%- do own_columns.append('rows_in.' ~ name) -%}{%- endfor -%}
-- What figures are made of, down to the row of the partner's file. Answers of single people (a poll) stand as one row
-- per submission: sums of them are the same, and nobody looks at 20,000 rows.
with many as (
    select
        indicator_code,
        submission_id,
        source_table
    from {{ ref('int_indicators__unioned') }}
    group by indicator_code, submission_id, source_table
    having count(*) > 2000
),

-- Nearly all rows stand alone: the others are found by a number, so that no more than those are grouped.
shared as (
    {{ shared_keys(ref('int_indicators__unioned'), key_columns) }}
),

{% for kind in ['alone', 'together'] %}
    {{ kind }} as (
        select
            rows_in.*,
            indicators.kind <> 'reach' and many.indicator_code is not null as is_folded
        from {{ ref('int_indicators__unioned') }} as rows_in
        inner join {{ ref('dim_indicator') }} as indicators on rows_in.indicator_code = indicators.indicator_code
        left join many
            on
                rows_in.indicator_code = many.indicator_code
                and rows_in.submission_id = many.submission_id
                and rows_in.source_table = many.source_table
        where
            {% if kind == 'alone' %}
                (indicators.kind = 'reach' or many.indicator_code is null)
                and {{ row_key(own_columns) }} not in (select shared_key from shared)
            {% else %}
                (indicators.kind <> 'reach' and many.indicator_code is not null)
                or {{ row_key(own_columns) }} in (select shared_key from shared)
            {% endif %}
    ),
{% endfor %}

folded as (
    select
        indicator_code,
        program_code,
        partner_code,
        period,
        submission_id,
        source_table,
        numerator,
        denominator,
        value_low,
        value_high,
        {% for name in ['source_sheet', 'source_row', 'country_code', 'population_group_code', 'place'] %}
            case when not is_folded then {{ name }} end as {{ name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from together
),

summed as (
    select
        {% for name in key_columns %}
            {{ name }},
        {% endfor %}
        count(*) as row_count,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(value_low) as value_low,
        sum(value_high) as value_high
    from folded
    group by {{ key_columns | join(', ') }}
),

nil_zeros as (
    select
        indicator_code,
        program_code,
        partner_code,
        period,
        cast(null as string) as submission_id,
        cast(null as string) as source_table,
        cast(null as string) as source_sheet,
        cast(null as bigint) as source_row,
        country_code,
        population_group_code,
        place,
        row_count,
        value_low as numerator,
        denominator,
        value_low,
        value_high
    from {{ ref('fct_indicator_values') }}
    where is_nil
),

combined as (
    select
        {% for name in key_columns %}
            {{ name }},
        {% endfor %}
        1 as row_count,
        numerator,
        denominator,
        value_low,
        value_high
    from alone
    union all
    select *
    from summed
    union all
    select *
    from nil_zeros
)

select
    combined.indicator_code,
    combined.program_code,
    indicators.overlap,
    combined.partner_code,
    combined.period,
    combined.submission_id,
    combined.source_table,
    combined.source_sheet,
    combined.source_row,
    combined.country_code,
    combined.population_group_code,
    combined.place,
    {{ place_key('combined.place') }} as place_key,
    combined.submission_id is null as is_nil,
    partners.is_synthetic,
    cast(combined.row_count as bigint) as row_count,
    cast(combined.numerator as decimal(24, 4)) as numerator,
    cast(combined.denominator as decimal(24, 4)) as denominator,
    cast(combined.value_low as decimal(24, 4)) as value_low,
    cast(combined.value_high as decimal(24, 4)) as value_high
from combined
inner join {{ ref('dim_indicator') }} as indicators on combined.indicator_code = indicators.indicator_code
inner join {{ ref('dim_partner') }} as partners
    on
        combined.program_code = partners.program_code
        and combined.partner_code = partners.partner_code

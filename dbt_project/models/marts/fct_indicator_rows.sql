-- What figures are made of, down to the row of the partner's file. Answers of single people (a poll) stand as one row
-- per submission: sums of them are the same, and nobody looks at 20,000 rows.
with counted as (
    select
        rows_in.*,
        indicators.kind,
        count(*) over (
            partition by rows_in.indicator_code, rows_in.submission_id, rows_in.source_table
        ) as submission_row_count
    from {{ ref('int_indicators__unioned') }} as rows_in
    inner join {{ ref('dim_indicator') }} as indicators on rows_in.indicator_code = indicators.indicator_code
),

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
        {% set is_folded = "kind <> 'reach' and submission_row_count > 2000" %}
        {% for name in ['source_sheet', 'source_row', 'country_code', 'population_group_code', 'place'] %}
            case when not ({{ is_folded }}) then {{ name }} end as {{ name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from counted
),

summed as (
    select
        indicator_code,
        program_code,
        partner_code,
        period,
        submission_id,
        source_table,
        source_sheet,
        source_row,
        country_code,
        population_group_code,
        place,
        count(*) as row_count,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(value_low) as value_low,
        sum(value_high) as value_high
    from folded
    group by
        indicator_code, program_code, partner_code, period, submission_id, source_table, source_sheet, source_row,
        country_code, population_group_code, place
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
    select *
    from summed
    union all
    select *
    from nil_zeros
)

select
    indicator_code,
    program_code,
    partner_code,
    period,
    submission_id,
    source_table,
    source_sheet,
    source_row,
    country_code,
    population_group_code,
    place,
    {{ place_key('place') }} as place_key,
    submission_id is null as is_nil,
    cast(row_count as bigint) as row_count,
    cast(numerator as decimal(24, 4)) as numerator,
    cast(denominator as decimal(24, 4)) as denominator,
    cast(value_low as decimal(24, 4)) as value_low,
    cast(value_high as decimal(24, 4)) as value_high
from combined

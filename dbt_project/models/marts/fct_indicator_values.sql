with reported as (
    select
        rows_in.indicator_code,
        rows_in.program_code,
        rows_in.partner_code,
        rows_in.period,
        rows_in.country_code,
        rows_in.population_group_code,
        rows_in.place,
        rows_in.numerator,
        rows_in.denominator,
        rows_in.value_low,
        rows_in.value_high,
        rows_in.submission_id,
        coalesce(versions.is_approved, false) as is_approved,
        false as is_nil
    from {{ ref('int_indicators__unioned') }} as rows_in
    left join {{ ref('stg_ledger__current_versions') }} as versions
        on
            rows_in.program_code = versions.program_code
            and rows_in.partner_code = versions.partner_code
            and rows_in.period = versions.period
            and rows_in.source_table = versions.table_name
),

-- A confirmed nil return is a zero where zero can be meant: a sum or a count of people, not a level or a share.
nil_zeros as (
    select
        indicators.indicator_code,
        indicators.program_code,
        obligations.partner_code,
        obligations.period,
        obligations.country_code,
        cast(null as string) as population_group_code,
        cast(null as string) as place,
        cast(0 as decimal(24, 4)) as numerator,
        cast(null as decimal(24, 4)) as denominator,
        cast(0 as decimal(24, 4)) as value_low,
        cast(0 as decimal(24, 4)) as value_high,
        cast(null as string) as submission_id,
        true as is_approved,
        true as is_nil
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('fct_obligations') }} as obligations
        on
            indicators.program_code = obligations.program_code
            and obligations.obligation_state = 'confirmed_zero'
    where indicators.kind in ('flow', 'reach')
),

combined as (
    select *
    from reported
    union all
    select *
    from nil_zeros
),

-- What an indicator is comes after the sums, and so do the returns behind them, which are those of the partner's
-- quarter: a list of them in every group takes more memory than all figures.
summed as (
    select
        indicator_code,
        program_code,
        partner_code,
        period,
        country_code,
        population_group_code,
        place,
        sum(denominator) as denominator,
        sum(value_low) as sum_low,
        max(value_low) as max_low,
        sum(value_high) as value_high,
        count(*) as row_count,
        bool_and(is_approved) as is_approved,
        bool_and(is_nil) as is_nil
    from combined
    group by indicator_code, program_code, partner_code, period, country_code, population_group_code, place
),

returns as (
    select distinct
        indicator_code,
        partner_code,
        period,
        submission_id
    from {{ ref('int_indicators__unioned') }}
),

origins as (
    select
        indicator_code,
        partner_code,
        period,
        {{ joined_values('submission_id') }} as submission_ids
    from returns
    group by indicator_code, partner_code, period
)

select
    indicators.indicator_code,
    indicators.program_code,
    indicators.kind,
    indicators.overlap,
    summed.partner_code,
    summed.period,
    summed.country_code,
    summed.population_group_code,
    summed.place,
    {{ quarter_index('summed.period') }} as period_index,
    {{ place_key('summed.place') }} as place_key,
    cast(summed.denominator as decimal(24, 4)) as denominator,
    cast(
        case
            when indicators.kind = 'reach' and indicators.overlap <> 'disjoint' then summed.max_low
            else summed.sum_low
        end as decimal(24, 4)
    ) as value_low,
    cast(summed.value_high as decimal(24, 4)) as value_high,
    origins.submission_ids,
    summed.row_count,
    summed.is_approved,
    summed.is_nil
from summed
inner join {{ ref('dim_indicator') }} as indicators
    on
        summed.indicator_code = indicators.indicator_code
        and summed.program_code = indicators.program_code
left join origins
    on
        summed.indicator_code = origins.indicator_code
        and summed.partner_code = origins.partner_code
        and summed.period = origins.period

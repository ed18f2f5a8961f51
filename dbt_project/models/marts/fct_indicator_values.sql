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
)

select
    indicators.indicator_code,
    indicators.program_code,
    indicators.kind,
    indicators.overlap,
    combined.partner_code,
    combined.period,
    combined.country_code,
    combined.population_group_code,
    combined.place,
    {{ quarter_index('combined.period') }} as period_index,
    {{ place_key('combined.place') }} as place_key,
    cast(sum(combined.denominator) as decimal(24, 4)) as denominator,
    cast(
        case
            when indicators.kind = 'reach' and indicators.overlap <> 'disjoint' then max(combined.value_low)
            else sum(combined.value_low)
        end as decimal(24, 4)
    ) as value_low,
    cast(sum(combined.value_high) as decimal(24, 4)) as value_high,
    {{ joined_values('combined.submission_id') }} as submission_ids,
    count(*) as row_count,
    bool_and(combined.is_approved) as is_approved,
    bool_and(combined.is_nil) as is_nil
from combined
inner join {{ ref('dim_indicator') }} as indicators
    on
        combined.indicator_code = indicators.indicator_code
        and combined.program_code = indicators.program_code
group by
    indicators.indicator_code,
    indicators.program_code,
    indicators.kind,
    indicators.overlap,
    combined.partner_code,
    combined.period,
    combined.country_code,
    combined.population_group_code,
    combined.place

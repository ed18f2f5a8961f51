{{ config(materialized='table') }}
with claims as (
    select *
    from {{ ref('ref_claims') }}
),

-- The quarters a claim can be held against: the one its day lies in, or every ended one where the page gives no day;
-- a promise is held against every quarter up to its day.
quarters as (
    select
        claims.claim_code,
        claims.measure,
        claims.measure_code,
        claims.country_code,
        claims.timing,
        periods.period,
        periods.period_index,
        periods.period_end_date
    from claims
    inner join {{ ref('dim_period') }} as periods
        on
            periods.is_ended
            and case
                when claims.speaks_for_date is null then true
                when claims.timing = 'promise' then claims.speaks_for_date >= periods.period_end_date
                else claims.speaks_for_date between periods.period_start_date and periods.period_end_date
            end
),

-- What happened once, or every quarter, is looked for in each quarter; what is said of a state, in its headline.
headlines as (
    select
        quarters.claim_code,
        quarters.measure,
        quarters.country_code,
        quarters.period,
        quarters.period_index,
        quarters.period_end_date,
        kpi.indicator_code,
        kpi.span,
        kpi.kind,
        kpi.value_low,
        kpi.value_high,
        kpi.numerator_low,
        kpi.numerator_high,
        kpi.denominator,
        kpi.coverage_met,
        kpi.coverage_due,
        kpi.blank_count,
        kpi.is_synthetic,
        indicators.counts_people
    from quarters
    inner join {{ ref('fct_kpi') }} as kpi
        on
            quarters.measure_code = kpi.indicator_code
            and quarters.period = kpi.period
            and case
                when quarters.timing in ('once', 'every_quarter') then kpi.span = 'quarter'
                else kpi.is_headline
            end
    inner join {{ ref('dim_indicator') }} as indicators on kpi.indicator_code = indicators.indicator_code
),

-- Different countries or places in which something was counted; a row that names none could be any.
members as (
    select
        headlines.claim_code,
        headlines.period,
        case when headlines.measure = 'countries' then reported.country_code else reported.place_key end as member_key,
        reported.value_low,
        reported.value_high
    from headlines
    inner join {{ ref('int_spans__spined') }} as spans
        on
            headlines.indicator_code = spans.indicator_code
            and headlines.period = spans.period
            and headlines.span = spans.span
    inner join {{ ref('fct_indicator_values') }} as reported
        on
            headlines.indicator_code = reported.indicator_code
            and spans.from_index <= reported.period_index
            and spans.to_index >= reported.period_index
    where
        headlines.measure in ('countries', 'places')
        and headlines.kind in ('flow', 'reach')
),

member_counts as (
    select
        claim_code,
        period,
        count(distinct case when value_low > 0 then member_key end) as low_count,
        count(distinct case when value_high > 0 then member_key end) as high_count,
        count(case when value_high > 0 and member_key is null then 1 end) as unnamed_count
    from members
    group by claim_code, period
),

in_place as (
    select
        headlines.claim_code,
        headlines.period,
        headlines.period_index,
        headlines.period_end_date,
        headlines.coverage_met,
        headlines.coverage_due,
        headlines.blank_count,
        headlines.is_synthetic,
        headlines.counts_people,
        headlines.measure,
        headlines.kind in ('flow', 'reach') as is_lasting,
        -- A level of one quarter is a sum over partners: a return more adds to it, a quarter more can take from it.
        headlines.kind in ('flow', 'reach') or (headlines.kind = 'stock' and headlines.span = 'quarter') as only_adds,
        member_counts.low_count,
        case when member_counts.unnamed_count = 0 then member_counts.high_count end as high_count,
        {% for column in ['value_low', 'value_high', 'numerator_low', 'numerator_high', 'denominator'] %}
            case
                when headlines.country_code is not null then countries.{{ column }}
                else headlines.{{ column }}
            end as {{ column }},
        {% endfor %}
        {% for column in ['numerator_low', 'numerator_high', 'denominator'] %}
            case
                when headlines.country_code is not null then headlines.{{ column }} - countries.{{ column }}
            end as elsewhere_{{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from headlines
    left join member_counts
        on
            headlines.claim_code = member_counts.claim_code
            and headlines.period = member_counts.period
    left join {{ ref('fct_indicator_spans') }} as countries
        on
            headlines.indicator_code = countries.indicator_code
            and headlines.period = countries.period
            and headlines.span = countries.span
            and countries.dimension = 'country'
            and headlines.country_code = countries.member_code
),

indicator_values as (
    select
        claim_code,
        period,
        period_index,
        period_end_date,
        coverage_met,
        coverage_due,
        blank_count,
        is_synthetic,
        only_adds,
        is_lasting,
        case when measure = 'indicator' then value_low else low_count end as value_low,
        case when measure = 'indicator' then value_high else high_count end as value_high,
        -- The headline is released beside a country's part: what is left of it must not be small either.
        coalesce(
            counts_people
            and measure = 'indicator'
            and (
                numerator_low between 1 and 10
                or numerator_high between 1 and 10
                or denominator between 1 and 10
                or denominator - numerator_low between 1 and 10
                or denominator - numerator_high between 1 and 10
                or elsewhere_numerator_low between 1 and 10
                or elsewhere_numerator_high between 1 and 10
                or elsewhere_denominator between 1 and 10
            ), false
        ) as is_small
    from in_place
    -- Where nothing was due and nothing came, there is no quarter to speak of.
    where
        coverage_due > 0
        or value_low is not null
),

contribution_values as (
    select
        quarters.claim_code,
        quarters.period,
        quarters.period_index,
        quarters.period_end_date,
        contributions.coverage_met,
        contributions.coverage_due,
        contributions.blank_count,
        contributions.value_low,
        contributions.value_high
    from quarters
    inner join {{ ref('int_claims__contributions') }} as contributions
        on
            quarters.measure = 'contribution'
            and quarters.measure_code = contributions.contribution_code
            and quarters.period = contributions.period
),

survey_values as (
    select
        claims.claim_code,
        survey.estimate_pct,
        survey.ci_low_pct,
        survey.ci_high_pct,
        survey.nchs
    from claims
    inner join {{ ref('int_claims__survey_values') }} as survey
        on
            claims.measure = survey.measure
            and claims.wave_code = survey.wave_code
            and claims.country_code = survey.country_code
            and claims.group_code = survey.group_code
)

select
    claim_code,
    period,
    period_index,
    period_end_date,
    cast(case when value_low = value_high then value_low end as decimal(28, 10)) as value,
    cast(value_low as decimal(28, 10)) as value_low,
    cast(value_high as decimal(28, 10)) as value_high,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    cast(blank_count as integer) as blank_count,
    coverage_due > 0 and coverage_met = coverage_due and blank_count = 0 as is_complete,
    only_adds,
    is_lasting,
    is_small,
    cast(null as string) as nchs,
    is_synthetic
from indicator_values

union all

select
    claim_code,
    period,
    period_index,
    period_end_date,
    cast(case when value_low = value_high then value_low end as decimal(28, 10)) as value,
    cast(value_low as decimal(28, 10)) as value_low,
    cast(value_high as decimal(28, 10)) as value_high,
    coverage_met,
    coverage_due,
    blank_count,
    coverage_due > 0 and coverage_met = coverage_due and blank_count = 0 as is_complete,
    true as only_adds,
    true as is_lasting,
    coalesce(value_low between 1 and 10 or value_high between 1 and 10, false) as is_small,
    cast(null as string) as nchs,
    cast(null as boolean) as is_synthetic
from contribution_values

union all

-- A group too small for an estimate has none here either.
select
    claim_code,
    cast(null as string) as period,
    cast(null as integer) as period_index,
    cast(null as date) as period_end_date,
    {% for column, name in [('estimate', 'value'), ('ci_low', 'value_low'), ('ci_high', 'value_high')] %}
        cast(case when nchs = 'present' then {{ column }}_pct end as decimal(28, 10)) as {{ name }},
    {% endfor %}
    cast(null as integer) as coverage_met,
    cast(null as integer) as coverage_due,
    cast(null as integer) as blank_count,
    true as is_complete,
    false as only_adds,
    false as is_lasting,
    false as is_small,
    nchs,
    cast(null as boolean) as is_synthetic
from survey_values

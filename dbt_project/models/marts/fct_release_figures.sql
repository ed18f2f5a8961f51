-- Every figure about people that release may show: what the disclosure step decides on. Exact, so never published as
-- it is. Tier A: polls of a population. Tier B: complete lists of participants, staff or patients.
with headlines as (
    select
        by_year.*,
        indicators.overlap,
        indicators.parts_of,
        case when indicators.period_kind = 'wave' then 'A' else 'B' end as tier
    from {{ ref('fct_kpi_by_year') }} as by_year
    inner join {{ ref('dim_indicator') }} as indicators on by_year.indicator_code = indicators.indicator_code
    where
        indicators.counts_people
        and by_year.kind <> 'survey'
        and by_year.numerator_high is not null
),

members as (
    select
        headlines.indicator_code,
        headlines.period,
        headlines.span,
        headlines.kind,
        headlines.overlap,
        headlines.parts_of,
        headlines.tier,
        headlines.is_synthetic,
        spans.dimension,
        spans.member_code,
        spans.numerator_low,
        spans.numerator_high,
        spans.denominator,
        count(*) over (partition by headlines.indicator_code, headlines.period, spans.dimension) as member_count
    from headlines
    inner join {{ ref('fct_indicator_spans') }} as spans
        on
            headlines.indicator_code = spans.indicator_code
            and headlines.period = spans.period
            and headlines.span = spans.span
            and spans.dimension in ('country', 'population_group')
),

-- What a claim is held against and no headline shows: one quarter, the quarter the claim speaks for, a country.
claimed as (
    select distinct
        spans.indicator_code,
        spans.period,
        spans.span,
        spans.kind,
        spans.dimension,
        spans.member_code,
        indicators.overlap,
        indicators.is_synthetic,
        case when indicators.period_kind = 'wave' then 'A' else 'B' end as tier,
        spans.numerator_low,
        spans.numerator_high,
        spans.denominator
    from {{ ref('ref_claims') }} as claims
    inner join {{ ref('dim_indicator') }} as indicators
        on
            claims.measure = 'indicator'
            and claims.measure_code = indicators.indicator_code
            and indicators.counts_people
            and indicators.kind <> 'survey'
    inner join {{ ref('dim_period') }} as periods
        on
            periods.is_ended
            and coalesce(
                claims.speaks_for_date between periods.period_start_date and periods.period_end_date,
                claims.timing in ('once', 'every_quarter')
            )
    inner join {{ ref('fct_indicator_spans') }} as spans
        on
            indicators.indicator_code = spans.indicator_code
            and periods.period = spans.period
            and spans.span = case
                when claims.timing in ('once', 'every_quarter') then 'quarter'
                else indicators.headline_span
            end
            and spans.dimension = case when claims.country_code is null then 'total' else 'country' end
            and spans.member_code = coalesce(claims.country_code, 'total')
),

patients as (
    select
        barriers.barrier_code,
        sum(barriers.heard_count_low) as count_low,
        sum(barriers.heard_count_high) as count_high,
        bool_or(programs.is_synthetic) as is_synthetic
    from {{ ref('fct_barriers') }} as barriers
    inner join {{ ref('dim_program') }} as programs on barriers.program_code = programs.program_code
    where barriers.heard_unit = 'patients naming it'
    group by barriers.barrier_code
),

combined as (
    select
        concat_ws('/', indicator_code, period, span) as figure_id,
        'progress' as source,
        tier,
        indicator_code,
        period,
        span,
        kind,
        'total' as dimension,
        'total' as member_code,
        numerator_low as count_low,
        numerator_high as count_high,
        case when kind = 'ratio' then denominator end as base,
        kind <> 'reach' or overlap = 'disjoint' as low_adds,
        parts_of,
        is_synthetic
    from headlines

    union all

    -- A total with one part is that part.
    select
        concat_ws('/', indicator_code, period, span, concat(dimension, ':', member_code)) as figure_id,
        'breakdown' as source,
        tier,
        indicator_code,
        period,
        span,
        kind,
        dimension,
        member_code,
        numerator_low as count_low,
        numerator_high as count_high,
        case when kind = 'ratio' then denominator end as base,
        kind <> 'reach' or overlap = 'disjoint' as low_adds,
        parts_of,
        is_synthetic
    from members
    where member_count > 1

    union all

    select
        concat_ws(
            '/', indicator_code, period, span, case when dimension = 'country' then concat('country:', member_code) end
        ) as figure_id,
        'claim' as source,
        tier,
        indicator_code,
        period,
        span,
        kind,
        dimension,
        member_code,
        numerator_low as count_low,
        numerator_high as count_high,
        case when kind = 'ratio' then denominator end as base,
        kind <> 'reach' or overlap = 'disjoint' as low_adds,
        cast(null as string) as parts_of,
        is_synthetic
    from claimed

    {% for source, relation, code, low, high, condition in [
        ('reach', ref('fct_reach'), "cast(null as string)", 'reach_low', 'reach_high',
            "audience = 'release' and program_code = 'total' and reach_low is not null"),
        ('contribution', ref('fct_contributions'), 'contribution_code', 'released_low', 'released_high',
            "program_code = 'total' and released_high is not null"),
    ] %}
        union all

        select
            concat_ws('/', '{{ source }}', {{ code }}, period) as figure_id,
            '{{ source }}' as source,
            'B' as tier,
            concat_ws('/', '{{ source }}', {{ code }}) as indicator_code,
            period,
            'since_start' as span,
            'reach' as kind,
            'total' as dimension,
            'total' as member_code,
            {{ low }} as count_low,
            {{ high }} as count_high,
            cast(null as decimal(24, 4)) as base,
            false as low_adds,
            cast(null as string) as parts_of,
            is_synthetic
        from {{ relation }}
        where {{ condition }}
    {% endfor %}

    union all

    select
        concat_ws('/', 'heard', barrier_code, 'patients') as figure_id,
        'heard' as source,
        'B' as tier,
        concat_ws('/', 'heard', barrier_code) as indicator_code,
        'all' as period,
        'since_start' as span,
        'flow' as kind,
        'total' as dimension,
        'total' as member_code,
        count_low,
        count_high,
        cast(null as decimal(24, 4)) as base,
        true as low_adds,
        cast(null as string) as parts_of,
        is_synthetic
    from patients
    where count_high is not null
),

-- What a claim repeats is the headline's.
ranked as (
    select
        combined.*,
        row_number() over (
            partition by figure_id order by case when source = 'claim' then 2 else 1 end
        ) as choice
    from combined
)

select
    figure_id,
    source,
    tier,
    indicator_code,
    period,
    span,
    kind,
    dimension,
    member_code,
    cast(count_low as bigint) as count_low,
    cast(count_high as bigint) as count_high,
    cast(base as bigint) as base,
    low_adds,
    nullif(parts_of, '') as parts_of,
    is_synthetic
from ranked
where choice = 1

{#- Later than every quarter. -#}
{%- set forever = 99999 -%}
{%- set dimensions = [
    ('total', "'total'"),
    ('partner', 'partner_code'),
    ('country', "coalesce(country_code, 'not_split')"),
    ('population_group', "coalesce(population_group_code, 'not_split')"),
    ('place', "case when place_key is null then 'not_split' else concat_ws('/', country_code, place_key) end"),
] -%}
-- Rows are added up by partner and quarter, and those by quarter, before they meet the spans: a quarter is in up to
-- three spans of every later one, so that joining rows would cost rows times quarters. For that a row knows without its
-- partner which spans it counts in: of a stock, those that end before the partner's next report; and how many partners
-- are new in it. The returns behind a figure are named for totals only.
with spans as (
    select
        spined.*,
        row_number() over (order by spined.indicator_code, spined.period, spined.span) as span_key
    from {{ ref('int_spans__spined') }} as spined
),

spanned as (
    select
        indicator_code,
        program_code,
        kind,
        overlap,
        min(from_index) as from_index,
        max(to_index) as to_index
    from spans
    group by indicator_code, program_code, kind, overlap
),

reported_quarters as (
    select
        spanned.indicator_code,
        spanned.program_code,
        spanned.kind,
        spanned.overlap,
        figures.partner_code,
        figures.period_index,
        max(figures.submission_ids) as submission_ids,
        max(figures.place_key) as any_place
    from {{ ref('fct_indicator_values') }} as figures
    inner join spanned
        on
            figures.indicator_code = spanned.indicator_code
            and figures.period_index between spanned.from_index and spanned.to_index
    group by
        spanned.indicator_code,
        spanned.program_code,
        spanned.kind,
        spanned.overlap,
        figures.partner_code,
        figures.period_index
),

ordered_quarters as (
    select
        reported_quarters.*,
        lead(period_index) over (partition by indicator_code, partner_code order by period_index) as next_index,
        max(any_place) over (partition by indicator_code) is not null as is_placed
    from reported_quarters
),

-- A stock is each partner's last report in a span, while that partner still reports the program: a report counts in
-- spans that end before the next one. Everything else counts in every later span that begins early enough.
counting_quarters as (
    select
        ordered.indicator_code,
        ordered.partner_code,
        ordered.period_index,
        ordered.submission_ids,
        ordered.is_placed,
        ordered.kind = 'stock' as is_stock,
        ordered.overlap = 'disjoint_places' as has_disjoint_places,
        case
            when ordered.kind = 'stock'
                then least(
                    coalesce(ordered.next_index - 1, {{ forever }}), coalesce(partners.last_period_index, {{ forever }})
                )
            else {{ forever }}
        end as until_index
    from ordered_quarters as ordered
    left join {{ ref('dim_partner') }} as partners
        on
            ordered.program_code = partners.program_code
            and ordered.partner_code = partners.partner_code
),

-- People in different places are different people where that is declared; elsewhere places need not be kept apart.
reported as (
    select
        figures.indicator_code,
        figures.partner_code,
        figures.period_index,
        figures.country_code,
        figures.population_group_code,
        figures.place,
        figures.place_key,
        figures.denominator,
        figures.value_low,
        figures.value_high,
        figures.is_approved,
        quarters.is_stock,
        quarters.has_disjoint_places,
        quarters.is_placed,
        quarters.until_index
    from {{ ref('fct_indicator_values') }} as figures
    inner join counting_quarters as quarters
        on
            figures.indicator_code = quarters.indicator_code
            and figures.partner_code = quarters.partner_code
            and figures.period_index = quarters.period_index
),

by_partner as (
    {% for dimension, member in dimensions %}
        {% if not loop.first %}union all{% endif %}
        select
            indicator_code,
            partner_code,
            period_index,
            until_index,
            is_stock,
            '{{ dimension }}' as dimension,
            {{ member }} as member_code,
            {{ 'min(place)' if dimension == 'place' else 'cast(null as string)' }} as place_name,
            sum(denominator) as denominator,
            sum(value_low) as sum_low,
            max(value_low) as max_low,
            sum(value_high) as sum_high,
            bool_and(is_approved) as is_approved
        from reported
        {% if dimension == 'place' %}where is_placed{% endif %}
        group by indicator_code, partner_code, period_index, until_index, is_stock, {{ member }}
    {% endfor %}
),

-- A partner is new in the spans that begin after its report before; a stock has one report of each partner in a span.
following as (
    select
        by_partner.*,
        case
            when is_stock then 0
            else coalesce(
                lag(period_index) over (
                    partition by indicator_code, partner_code, dimension, member_code order by period_index
                ), 0
            )
        end as previous_index
    from by_partner
),

by_quarter as (
    select
        indicator_code,
        dimension,
        member_code,
        period_index,
        until_index,
        previous_index,
        count(*) as partner_count,
        sum(denominator) as denominator,
        sum(sum_low) as sum_low,
        max(max_low) as max_low,
        sum(sum_high) as sum_high,
        bool_and(is_approved) as is_approved,
        min(place_name) as place_name
    from following
    group by indicator_code, dimension, member_code, period_index, until_index, previous_index
),

summed as (
    select
        spans.span_key,
        by_quarter.dimension,
        by_quarter.member_code,
        sum(by_quarter.denominator) as denominator,
        sum(by_quarter.sum_low) as sum_low,
        max(by_quarter.max_low) as max_low,
        sum(by_quarter.sum_high) as numerator_high,
        cast(
            sum(
                case when by_quarter.previous_index < spans.from_index then by_quarter.partner_count else 0 end
            ) as bigint
        ) as partner_count,
        cast(
            sum(
                case
                    when spans.kind = 'stock' and by_quarter.period_index < spans.to_index
                        then by_quarter.partner_count
                    else 0
                end
            ) as bigint
        ) as carried_partner_count,
        bool_and(by_quarter.is_approved) as is_approved,
        min(by_quarter.place_name) as place_name
    from spans
    inner join by_quarter on {{ in_span('spans', 'by_quarter') }}
    group by spans.span_key, by_quarter.dimension, by_quarter.member_code
),

-- The largest row of each place adds up. A row without a place may be about the same people as any other.
placed_quarters as (
    {% for dimension, member in dimensions %}
        {% if not loop.first %}union all{% endif %}
        select
            indicator_code,
            period_index,
            until_index,
            '{{ dimension }}' as dimension,
            {{ member }} as member_code,
            place_key,
            max(value_low) as place_low
        from reported
        where
            has_disjoint_places
            {% if dimension == 'place' %}and is_placed{% endif %}
        group by indicator_code, period_index, until_index, {{ member }}, place_key
    {% endfor %}
),

place_lows as (
    select
        spans.span_key,
        placed_quarters.dimension,
        placed_quarters.member_code,
        placed_quarters.place_key,
        max(placed_quarters.place_low) as place_low
    from spans
    inner join placed_quarters on {{ in_span('spans', 'placed_quarters') }}
    group by
        spans.span_key, placed_quarters.dimension, placed_quarters.member_code, placed_quarters.place_key
),

lows_over_places as (
    select
        span_key,
        dimension,
        member_code,
        greatest(
            coalesce(sum(case when place_key is not null then place_low end), 0),
            coalesce(max(case when place_key is null then place_low end), 0)
        ) as numerator_low
    from place_lows
    group by span_key, dimension, member_code
),

returns as (
    select distinct
        indicator_code,
        period_index,
        until_index,
        submission_ids
    from counting_quarters
),

origins as (
    select
        spans.span_key,
        {{ joined_values('returns.submission_ids') }} as origin_submissions
    from spans
    inner join returns on {{ in_span('spans', 'returns') }}
    group by spans.span_key
),

bounded as (
    select
        spans.indicator_code,
        spans.program_code,
        spans.kind,
        spans.unit,
        spans.period,
        spans.span,
        summed.dimension,
        summed.member_code,
        summed.place_name,
        summed.denominator,
        summed.numerator_high,
        summed.partner_count,
        summed.carried_partner_count,
        summed.is_approved,
        case when summed.dimension = 'total' then origins.origin_submissions end as origin_submissions,
        coalesce(
            lows_over_places.numerator_low,
            case
                when spans.kind = 'reach' and spans.overlap <> 'disjoint' then summed.max_low
                else summed.sum_low
            end
        ) as numerator_low
    from summed
    inner join spans on summed.span_key = spans.span_key
    left join origins on summed.span_key = origins.span_key
    left join lows_over_places
        on
            summed.span_key = lows_over_places.span_key
            and summed.dimension = lows_over_places.dimension
            and summed.member_code = lows_over_places.member_code
),

-- Ten decimals, so that what is published is rounded once: twice can move the last digit.
measured as (
    select
        bounded.*,
        cast(
            case
                when kind <> 'ratio' then numerator_low
                when denominator > 0
                    then round(
                        cast(numerator_low as double) / cast(denominator as double)
                        * case when unit = 'percent' then 100 else 1 end, 10
                    )
            end as decimal(28, 10)
        ) as value_low,
        cast(
            case
                when kind <> 'ratio' then numerator_high
                when denominator > 0
                    then round(
                        cast(numerator_high as double) / cast(denominator as double)
                        * case when unit = 'percent' then 100 else 1 end, 10
                    )
            end as decimal(28, 10)
        ) as value_high
    from bounded
)

select
    indicator_code,
    program_code,
    kind,
    period,
    span,
    dimension,
    member_code,
    place_name,
    value_low,
    value_high,
    partner_count,
    carried_partner_count,
    origin_submissions,
    is_approved,
    cast(numerator_low as decimal(24, 4)) as numerator_low,
    cast(numerator_high as decimal(24, 4)) as numerator_high,
    cast(denominator as decimal(24, 4)) as denominator,
    case when value_low = value_high then value_low end as value
from measured
where value_low is not null

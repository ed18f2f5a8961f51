-- Rows are added up by partner and quarter before they meet the spans: a quarter is in up to three spans of every later
-- one, so that joining rows would cost rows times quarters. The returns behind a figure are named for totals only.
with spans as (
    select
        spined.*,
        row_number() over (order by spined.indicator_code, spined.period, spined.span) as span_key
    from {{ ref('int_spans__spined') }} as spined
),

reported_quarters as (
    select
        indicator_code,
        partner_code,
        period_index,
        submission_ids,
        max(place_key) as any_place
    from {{ ref('fct_indicator_values') }}
    group by indicator_code, partner_code, period_index, submission_ids
),

-- The quarters with a report that count in a span. A stock is each partner's last report in it, while that partner
-- still reports the program.
reported_in_span as (
    select
        spans.span_key,
        spans.indicator_code,
        spans.kind,
        spans.overlap,
        spans.to_index,
        spans.program_code,
        reported.partner_code,
        reported.period_index,
        reported.submission_ids,
        reported.any_place,
        max(reported.period_index) over (partition by spans.span_key, reported.partner_code) as last_index
    from spans
    inner join reported_quarters as reported
        on
            spans.indicator_code = reported.indicator_code
            and spans.from_index <= reported.period_index
            and spans.to_index >= reported.period_index
),

contributing as (
    select reported.*
    from reported_in_span as reported
    left join {{ ref('dim_partner') }} as partners
        on
            reported.program_code = partners.program_code
            and reported.partner_code = partners.partner_code
    where
        reported.kind <> 'stock'
        or (
            reported.period_index = reported.last_index
            and coalesce(partners.last_period_index, reported.to_index) >= reported.to_index
        )
),

contributing_quarters as (
    select
        span_key,
        indicator_code,
        partner_code,
        period_index,
        kind = 'stock' and last_index < to_index as is_carried
    from contributing
    group by span_key, indicator_code, partner_code, period_index, kind, last_index, to_index
),

origins as (
    select
        span_key,
        {{ joined_values('submission_ids') }} as origin_submissions
    from contributing
    group by span_key
),

shapes as (
    select
        indicator_code,
        overlap,
        max(any_place) is not null as is_placed
    from reported_in_span
    group by indicator_code, overlap
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
        shapes.overlap,
        shapes.is_placed,
        case when shapes.overlap = 'disjoint_places' then figures.place_key end as disjoint_place
    from {{ ref('fct_indicator_values') }} as figures
    inner join shapes on figures.indicator_code = shapes.indicator_code
),

by_dimension as (
    {% for dimension, member in [
        ('total', "'total'"),
        ('partner', 'partner_code'),
        ('country', "coalesce(country_code, 'not_split')"),
        ('population_group', "coalesce(population_group_code, 'not_split')"),
        ('place', "case when place_key is null then 'not_split' else concat_ws('/', country_code, place_key) end"),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            indicator_code,
            partner_code,
            period_index,
            '{{ dimension }}' as dimension,
            {{ member }} as member_code,
            disjoint_place,
            overlap,
            {{ 'min(place)' if dimension == 'place' else 'cast(null as string)' }} as place_name,
            sum(denominator) as denominator,
            sum(value_low) as sum_low,
            max(value_low) as max_low,
            sum(value_high) as sum_high,
            bool_and(is_approved) as is_approved
        from reported
        {% if dimension == 'place' %}where is_placed{% endif %}
        group by indicator_code, partner_code, period_index, {{ member }}, disjoint_place, overlap
    {% endfor %}
),

in_span as (
    select
        quarters.span_key,
        quarters.is_carried,
        rows_in.*
    from contributing_quarters as quarters
    inner join by_dimension as rows_in
        on
            quarters.indicator_code = rows_in.indicator_code
            and quarters.partner_code = rows_in.partner_code
            and quarters.period_index = rows_in.period_index
),

-- The largest row of each place adds up. A row without a place may be about the same people as any other.
place_lows as (
    select
        span_key,
        dimension,
        member_code,
        disjoint_place,
        max(max_low) as place_low
    from in_span
    where overlap = 'disjoint_places'
    group by span_key, dimension, member_code, disjoint_place
),

lows_over_places as (
    select
        span_key,
        dimension,
        member_code,
        greatest(
            coalesce(sum(case when disjoint_place is not null then place_low end), 0),
            coalesce(max(case when disjoint_place is null then place_low end), 0)
        ) as numerator_low
    from place_lows
    group by span_key, dimension, member_code
),

summed as (
    select
        span_key,
        dimension,
        member_code,
        sum(denominator) as denominator,
        sum(sum_low) as sum_low,
        max(max_low) as max_low,
        sum(sum_high) as numerator_high,
        count(distinct partner_code) as partner_count,
        count(distinct case when is_carried then partner_code end) as carried_partner_count,
        bool_and(is_approved) as is_approved,
        min(place_name) as place_name
    from in_span
    group by span_key, dimension, member_code
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

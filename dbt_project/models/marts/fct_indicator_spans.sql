with in_span as (
    select
        spans.indicator_code,
        spans.program_code,
        spans.kind,
        spans.overlap,
        spans.unit,
        spans.period,
        spans.span,
        spans.to_index,
        reported.partner_code,
        reported.country_code,
        reported.population_group_code,
        reported.place,
        reported.place_key,
        reported.period_index,
        reported.denominator,
        reported.value_low,
        reported.value_high,
        reported.submission_ids,
        reported.is_approved,
        max(reported.period_index) over (
            partition by spans.indicator_code, spans.period, spans.span, reported.partner_code
        ) as last_index,
        max(reported.place_key) over (partition by spans.indicator_code) is not null as is_placed
    from {{ ref('int_spans__spined') }} as spans
    inner join {{ ref('fct_indicator_values') }} as reported
        on
            spans.indicator_code = reported.indicator_code
            and spans.from_index <= reported.period_index
            and spans.to_index >= reported.period_index
),

-- A stock is each partner's last report in the span, while that partner still reports the program.
contributing as (
    select in_span.*
    from in_span
    left join {{ ref('dim_partner') }} as partners
        on
            in_span.program_code = partners.program_code
            and in_span.partner_code = partners.partner_code
    where
        in_span.kind <> 'stock'
        or (
            in_span.period_index = in_span.last_index
            and coalesce(partners.last_period_index, in_span.to_index) >= in_span.to_index
        )
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
            contributing.*,
            '{{ dimension }}' as dimension,
            {{ member }} as member_code
        from contributing
        {% if dimension == 'place' %}where is_placed{% endif %}
    {% endfor %}
),

-- People in different places are different people where that is declared: the largest row of each place adds up.
-- A row without a place may be about the same people as any other.
place_lows as (
    select
        indicator_code,
        period,
        span,
        dimension,
        member_code,
        place_key,
        max(value_low) as place_low
    from by_dimension
    where overlap = 'disjoint_places'
    group by indicator_code, period, span, dimension, member_code, place_key
),

lows_over_places as (
    select
        indicator_code,
        period,
        span,
        dimension,
        member_code,
        greatest(
            coalesce(sum(case when place_key is not null then place_low end), 0),
            coalesce(max(case when place_key is null then place_low end), 0)
        ) as numerator_low
    from place_lows
    group by indicator_code, period, span, dimension, member_code
),

summed as (
    select
        indicator_code,
        program_code,
        kind,
        unit,
        period,
        span,
        dimension,
        member_code,
        sum(denominator) as denominator,
        case
            when kind = 'reach' and overlap <> 'disjoint' then max(value_low)
            else sum(value_low)
        end as row_low,
        sum(value_high) as numerator_high,
        count(distinct partner_code) as partner_count,
        count(distinct case when kind = 'stock' and last_index < to_index then partner_code end)
            as carried_partner_count,
        {{ joined_values('submission_ids') }} as origin_submissions,
        bool_and(is_approved) as is_approved,
        min(case when dimension = 'place' then place end) as place_name
    from by_dimension
    group by indicator_code, program_code, kind, overlap, unit, period, span, dimension, member_code
),

bounded as (
    select
        summed.*,
        coalesce(lows_over_places.numerator_low, summed.row_low) as numerator_low
    from summed
    left join lows_over_places
        on
            summed.indicator_code = lows_over_places.indicator_code
            and summed.period = lows_over_places.period
            and summed.span = lows_over_places.span
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

{{ config(materialized='table') }}

-- How much of a figure the returns that are in stand for: each return owed weighs what its partner reported last before
-- it, a share by its base. A partner's first return weighs nothing, since nothing is known to compare it with.
with sized as (
    select
        indicator_code,
        partner_code,
        period_index,
        greatest(sum(case when kind = 'ratio' then denominator else value_high end), 0) as reported_size
    from {{ ref('fct_indicator_values') }}
    group by indicator_code, partner_code, period_index
),

owed as (
    select
        indicators.indicator_code,
        obligations.partner_code,
        obligations.period_index,
        obligations.is_met
    from {{ ref('fct_obligations') }} as obligations
    inner join {{ ref('dim_indicator') }} as indicators on obligations.program_code = indicators.program_code
    left join {{ ref('int_indicator_waivers__active') }} as waivers
        on
            obligations.program_code = waivers.program_code
            and obligations.partner_code = waivers.partner_code
            and obligations.period = waivers.period
            and indicators.indicator_code = waivers.indicator_code
    where
        obligations.is_owed
        and waivers.partner_code is null
),

earlier as (
    select
        owed.indicator_code,
        owed.period_index,
        owed.is_met,
        sized.reported_size,
        row_number() over (
            partition by owed.indicator_code, owed.partner_code, owed.period_index order by sized.period_index desc
        ) as newest_first
    from owed
    inner join sized
        on
            owed.indicator_code = sized.indicator_code
            and owed.partner_code = sized.partner_code
            and owed.period_index > sized.period_index
)

select
    spans.indicator_code,
    spans.program_code,
    spans.period,
    spans.span,
    cast(
        round(
            100 * cast(sum(case when earlier.is_met then earlier.reported_size else 0 end) as double)
            / cast(sum(earlier.reported_size) as double), 10
        ) as decimal(28, 10)
    ) as coverage_share_pct
from {{ ref('int_spans__spined') }} as spans
inner join earlier
    on
        spans.indicator_code = earlier.indicator_code
        and spans.from_index <= earlier.period_index
        and spans.to_index >= earlier.period_index
        and earlier.newest_first = 1
group by spans.indicator_code, spans.program_code, spans.period, spans.span
having sum(earlier.reported_size) > 0

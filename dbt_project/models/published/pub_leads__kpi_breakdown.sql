select
    measured.program_code,
    indicators.program_name,
    measured.indicator_code,
    indicators.indicator_name,
    indicators.unit,
    measured.kind,
    measured.period,
    measured.span,
    measured.dimension,
    measured.member_code,
    case
        when measured.member_code = 'not_split' then 'Not split'
        else coalesce(
            partners.partner_name, countries.label, population_groups.label, states.name, measured.place_name,
            measured.member_code
        )
    end as member_name,
    cast(measured.value as decimal(24, 2)) as value,
    cast(measured.value_low as decimal(24, 2)) as value_low,
    cast(measured.value_high as decimal(24, 2)) as value_high,
    indicators.counts_people,
    coalesce(partners.is_synthetic, indicators.is_synthetic) as is_synthetic
from {{ ref('fct_indicator_spans') }} as measured
inner join {{ ref('dim_indicator') }} as indicators
    on
        measured.indicator_code = indicators.indicator_code
        and measured.span = indicators.headline_span
left join {{ ref('dim_partner') }} as partners
    on
        measured.dimension = 'partner'
        and measured.program_code = partners.program_code
        and measured.member_code = partners.partner_code
left join {{ ref('ref_countries') }} as countries
    on
        measured.dimension = 'country'
        and measured.member_code = countries.code
left join {{ ref('ref_population_groups') }} as population_groups
    on
        measured.dimension = 'population_group'
        and measured.member_code = population_groups.code
left join {{ ref('ref_us_states') }} as states
    on
        measured.dimension = 'place'
        and measured.member_code = concat('US/', lower(states.code))
where measured.dimension <> 'total'

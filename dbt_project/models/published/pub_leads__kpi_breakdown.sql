-- A condition on one side of an outer join would have every row compared with every member: it belongs in the key.
with measured as (
    select
        spans.*,
        {% for dimension in ['partner', 'country', 'population_group', 'place'] %}
            case when spans.dimension = '{{ dimension }}' then spans.member_code end as {{ dimension }}_member
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('fct_indicator_spans') }} as spans
    where spans.dimension <> 'total'
)

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
from measured
inner join {{ ref('dim_indicator') }} as indicators
    on
        measured.indicator_code = indicators.indicator_code
        and measured.span = indicators.headline_span
left join {{ ref('dim_partner') }} as partners
    on
        measured.program_code = partners.program_code
        and measured.partner_member = partners.partner_code
left join {{ ref('ref_countries') }} as countries on measured.country_member = countries.code
left join {{ ref('ref_population_groups') }} as population_groups
    on measured.population_group_member = population_groups.code
left join {{ ref('ref_us_states') }} as states on measured.place_member = concat('US/', lower(states.code))

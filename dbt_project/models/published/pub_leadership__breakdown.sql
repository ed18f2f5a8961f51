-- Headlines about people by country and by population group: of each group, with what may be shown of it. Shares are of
-- what is shown, so that they say no more than it.
with totals as (
    select
        figures.indicator_code,
        figures.period,
        decisions.is_shown,
        decisions.shown_high
    from {{ ref('fct_release_figures') }} as figures
    inner join {{ ref('fct_disclosure') }} as decisions on figures.figure_id = decisions.figure_id
    where figures.source = 'progress'
),

joined as (
    select
        figures.*,
        decisions.is_shown,
        decisions.suppression_reason,
        decisions.is_told_small,
        decisions.shown_low,
        decisions.shown_high,
        decisions.kept_from,
        totals.is_shown and totals.shown_high >= 30 as has_base,
        totals.shown_high as total_high
    from {{ ref('fct_release_figures') }} as figures
    inner join {{ ref('fct_disclosure') }} as decisions on figures.figure_id = decisions.figure_id
    inner join totals
        on
            figures.indicator_code = totals.indicator_code
            and figures.period = totals.period
    where figures.source = 'breakdown'
)

select
    cast(periods.period_year as integer) as year,
    indicators.program_code,
    indicators.program_name,
    joined.indicator_code,
    indicators.indicator_name,
    indicators.unit,
    joined.kind,
    joined.period,
    joined.span,
    joined.dimension,
    joined.member_code,
    case
        when joined.member_code = 'not_split' then 'Not split'
        else coalesce(countries.label, population_groups.label, joined.member_code)
    end as member_name,
    cast(case when joined.shown_low = joined.shown_high then joined.shown_low end as decimal(24, 2)) as value,
    cast(joined.shown_low as decimal(24, 2)) as value_low,
    cast(joined.shown_high as decimal(24, 2)) as value_high,
    {{ hidden_display('not joined.is_shown', 'joined.is_told_small') }} as display,
    not joined.is_shown as is_suppressed,
    joined.suppression_reason,
    joined.is_shown and joined.tier = 'B' as is_rounded,
    -- Of rounded figures a part can be larger than the whole.
    cast(
        case
            when joined.is_shown and joined.has_base and joined.kind <> 'ratio'
                then least(100, round(cast(100 * joined.shown_high as double) / joined.total_high))
        end as integer
    ) as share_pct,
    nullif(
        concat_ws(
            '; ',
            {{ hidden_because('joined.suppression_reason') }},
            case
                when joined.kept_from is not null
                    then concat('As in release ', joined.kept_from, ': changed by 10 people or fewer since')
            end,
            {{ rounded_to("joined.is_shown and joined.tier = 'B'", 'joined.kind') }}
        ), ''
    ) as footnote,
    indicators.counts_people,
    indicators.is_synthetic
from joined
inner join {{ ref('dim_indicator') }} as indicators on joined.indicator_code = indicators.indicator_code
inner join {{ ref('dim_period') }} as periods on joined.period = periods.period
left join {{ ref('ref_countries') }} as countries
    on
        joined.dimension = 'country'
        and joined.member_code = countries.code
left join {{ ref('ref_population_groups') }} as population_groups
    on
        joined.dimension = 'population_group'
        and joined.member_code = population_groups.code

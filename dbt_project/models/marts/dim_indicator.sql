with last_targets as (
    select
        indicator_code,
        year as target_year,
        target_value,
        basis as target_basis,
        source as target_source,
        change_note,
        change_note_released
    from {{ ref('int_targets__current') }}
    where is_last
)

select
    indicators.indicator_code,
    indicators.program_code,
    programs.program_name,
    programs.is_synthetic,
    programs.period_kind,
    programs.first_period_index,
    indicators.name as indicator_name,
    indicators.definition,
    indicators.unit,
    indicators.kind,
    indicators.level,
    indicators.pillar_code,
    indicators.key_action_code,
    indicators.headline_span,
    indicators.counts_people,
    coalesce(indicators.direction, 'increase') as direction,
    coalesce(nullif(indicators.overlap, ''), 'unknown') as overlap,
    indicators.baseline_value,
    indicators.baseline_period,
    indicators.numerator as numerator_label,
    indicators.denominator as denominator_label,
    indicators.means_of_verification,
    indicators.limits,
    indicators.version as indicator_version,
    indicators.effective_from,
    nullif(indicators.disaggregations, '') as disaggregations,
    nullif(indicators.sdg_target, '') as sdg_target,
    nullif(indicators.contributes_to, '') as contributes_to,
    nullif(indicators.parts_of, '') as parts_of,
    last_targets.target_value,
    last_targets.target_year,
    last_targets.target_basis,
    last_targets.target_source,
    last_targets.change_note,
    last_targets.change_note_released,
    {{ quarter_index('indicators.baseline_period') }} as baseline_index,
    last_targets.target_year * 4 + 3 as target_index
from {{ ref('indicators') }} as indicators
inner join {{ ref('dim_program') }} as programs on indicators.program_code = programs.program_code
left join last_targets
    on indicators.indicator_code = last_targets.indicator_code

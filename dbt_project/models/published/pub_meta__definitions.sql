select
    program_code,
    program_name,
    indicator_code,
    indicator_name,
    definition,
    unit,
    kind,
    case
        when kind = 'reach' and overlap = 'disjoint' then 'Summed: declared to be reports about different people'
        when kind = 'reach' and overlap = 'disjoint_places'
            then 'At least the sum over places of the largest single report in each, at most the sum of all reports'
        when kind = 'flow' then 'Summed over quarters and partners'
        when kind = 'stock' then 'Last report of each partner, summed over partners'
        when kind = 'ratio' then 'Sum of parts over sum of bases, over quarters and partners'
        when kind = 'reach'
            then 'At least the largest single report, at most the sum, since one person can be counted twice'
        when kind = 'survey' then 'Estimated from each wave by itself; waves are compared, never added'
    end as arithmetic,
    level,
    pillar_code,
    key_action_code,
    headline_span,
    direction,
    counts_people,
    numerator_label as numerator,
    denominator_label as denominator,
    cast(baseline_value as decimal(24, 2)) as baseline_value,
    baseline_period,
    cast(target_value as decimal(24, 2)) as target_value,
    cast(target_year as integer) as target_year,
    target_basis,
    target_source,
    means_of_verification,
    limits,
    cast(indicator_version as integer) as version,
    effective_from,
    disaggregations,
    sdg_target,
    contributes_to,
    is_synthetic
from {{ ref('dim_indicator') }}

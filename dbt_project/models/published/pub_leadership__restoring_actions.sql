select
    wave_code,
    area_code,
    area_name,
    replace(outcome_code, 'restoring|', '') as action_code,
    outcome_name as action_name,
    cast(
        case when is_shown then rank() over (partition by wave_code, area_code, is_shown order by share desc) end
        as integer
    ) as action_rank,
    {{ in_points("case when is_shown then share end") }} as share_pct,
    {{ in_points("case when is_shown then share_low end") }} as share_low_pct,
    {{ in_points("case when is_shown then share_high end") }} as share_high_pct,
    is_shown,
    decision_reason,
    interval_basis,
    is_synthetic
from {{ ref('fct_trust_gaps') }}
where not is_by_group and area_kind <> 'comparable'

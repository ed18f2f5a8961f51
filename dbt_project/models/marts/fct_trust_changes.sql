-- How gaps changed between waves, tested as one contrast with its own standard error, and judged against 2030. No
-- status without significance (one-sided, 5 %). Rates are linear: a gap can be zero or change sign, so that no
-- compound rate exists. Interval of the part closed: Fieller. Detectable change: t(97.5 %) + t(80 %) standard errors.
with goals as (
    select
        goal_code,
        cast(target_value as double) as target_share,
        by_year,
        basis as target_basis
    from {{ ref('goals') }}
    where goal_code = 'trust_gap'
),

waves as (
    select distinct
        wave_code,
        cast(substr(wave_code, 1, 4) as integer) as wave_year
    from {{ ref('fct_trust_gaps') }}
),

changes as (
    select
        questions.outcome_code,
        questions.area_code,
        questions.group_code,
        questions.base_wave_code,
        questions.wave_code,
        estimates.estimate as gap_change,
        estimates.se as gap_change_se,
        estimates.wald_lo as gap_change_low,
        estimates.wald_hi as gap_change_high,
        estimates.p_value,
        estimates.df,
        estimates.t_df,
        estimates.t_one_sided,
        estimates.t_power,
        base.gap as base_gap,
        base.gap_se as base_gap_se,
        recent.gap,
        recent.gap_se,
        base.share as base_share,
        recent.share,
        base.is_shown and recent.is_shown as is_shown,
        goals.target_basis,
        goals.by_year,
        1 - goals.target_share as share_to_close,
        case when base.gap > 0 then goals.target_share * base.gap end as target_gap,
        goals.target_share,
        base_waves.wave_year as base_year,
        recent_waves.wave_year,
        (base.gap_se * base.gap_se + recent.gap_se * recent.gap_se - estimates.se * estimates.se) / 2 as covariance
    from {{ ref('int_survey__questions') }} as questions
    inner join {{ ref('int_survey__estimates') }} as estimates
        on
            questions.outcome_code = estimates.outcome_code
            and questions.query_code = estimates.query_code
    inner join {{ ref('fct_trust_gaps') }} as base
        on
            questions.outcome_code = base.outcome_code
            and questions.area_code = base.area_code
            and questions.group_code = base.group_code
            and questions.base_wave_code = base.wave_code
    inner join {{ ref('fct_trust_gaps') }} as recent
        on
            questions.outcome_code = recent.outcome_code
            and questions.area_code = recent.area_code
            and questions.group_code = recent.group_code
            and questions.wave_code = recent.wave_code
    inner join waves as base_waves on questions.base_wave_code = base_waves.wave_code
    inner join waves as recent_waves on questions.wave_code = recent_waves.wave_code
    cross join goals
    where questions.measure = 'gap_change'
),

paced as (
    select
        changes.*,
        cast(wave_year - base_year as double) / nullif(by_year - base_year, 0) as elapsed_share,
        cast(by_year - wave_year as double) / nullif(wave_year - base_year, 0) as years_ahead_ratio,
        case when base_gap > 0 then (1 - gap / base_gap) / share_to_close end as attained_share,
        (t_df + t_power) * gap_change_se as detectable_change,
        -- The distance to the target, a contrast too.
        gap - target_gap as distance,
        sqrt(
            greatest(
                gap_se * gap_se + target_share * target_share * base_gap_se * base_gap_se
                - 2 * target_share * covariance, 0
            )
        ) as distance_se,
        base_gap * base_gap - t_df * t_df * base_gap_se * base_gap_se as fieller_a,
        gap * base_gap - t_df * t_df * covariance as fieller_b,
        gap * gap - t_df * t_df * gap_se * gap_se as fieller_c
    from changes
),

intervals as (
    select
        paced.*,
        attained_share / nullif(elapsed_share, 0) as pace,
        -- Unbounded where the baseline gap itself could be zero: the part closed is then not estimable.
        case
            when fieller_a > 0 and base_gap > 0
                then (fieller_b + sqrt(greatest(fieller_b * fieller_b - fieller_a * fieller_c, 0))) / fieller_a
        end as ratio_high,
        case
            when fieller_a > 0 and base_gap > 0
                then (fieller_b - sqrt(greatest(fieller_b * fieller_b - fieller_a * fieller_c, 0))) / fieller_a
        end as ratio_low,
        base_gap + (target_gap - base_gap) * elapsed_share as required_gap,
        case when by_year > wave_year then (target_gap - gap) / (by_year - wave_year) end as required_per_year,
        gap + years_ahead_ratio * (gap - base_gap) as projected_gap,
        sqrt(
            greatest(
                (1 + years_ahead_ratio) * (1 + years_ahead_ratio) * gap_se * gap_se
                + years_ahead_ratio * years_ahead_ratio * base_gap_se * base_gap_se
                - 2 * years_ahead_ratio * (1 + years_ahead_ratio) * covariance, 0
            )
        ) as projected_se
    from paced
),

judged as (
    select
        intervals.*,
        case
            when not is_shown or gap_change_se is null or t_one_sided is null then 'not_assessable'
            -- Where nothing was to be closed, only a gap that opened is news.
            when base_gap <= 0 and gap <= 0 then 'not_assessable'
            when gap_change > 0 and gap_change >= t_one_sided * gap_change_se then 'worsening'
            when attained_share is null or pace is null then 'not_assessable'
            when distance + t_one_sided * distance_se <= 0 then 'target_met'
            when gap_change > -t_one_sided * gap_change_se then 'no_detectable_change'
            when pace >= 0.95 then 'on_track'
            else 'improving'
        end as progress_status
    from intervals
),

refused as (
    select
        outcomes.outcome_code,
        comparisons.country_code as area_code,
        survey_groups.group_code,
        comparisons.base_wave_code,
        comparisons.wave_code,
        comparisons.refusal_code
    from {{ ref('int_survey__comparisons') }} as comparisons
    cross join {{ ref('survey_groups') }} as survey_groups
    inner join {{ ref('survey_outcomes') }} as outcomes on outcomes.is_by_group
    where comparisons.refusal_code is not null and survey_groups.group_code <> 'everybody'
),

combined as (
    select
        outcome_code,
        area_code,
        group_code,
        base_wave_code,
        wave_code,
        cast(null as string) as refusal_code,
        is_shown,
        base_gap,
        gap,
        gap_change,
        gap_change_se,
        gap_change_low,
        gap_change_high,
        p_value,
        df,
        detectable_change,
        target_gap,
        target_basis,
        required_gap,
        required_per_year,
        attained_share,
        pace,
        (1 - ratio_high) / share_to_close as attained_low,
        (1 - ratio_low) / share_to_close as attained_high,
        projected_gap - t_df * projected_se as projected_low,
        projected_gap + t_df * projected_se as projected_high,
        progress_status,
        by_year
    from judged

    union all

    select
        outcome_code,
        area_code,
        group_code,
        base_wave_code,
        wave_code,
        refusal_code,
        false as is_shown,
        {% for column in [
            'base_gap', 'gap', 'gap_change', 'gap_change_se', 'gap_change_low', 'gap_change_high', 'p_value'
        ] %}
            cast(null as double) as {{ column }},
        {% endfor %}
        cast(null as bigint) as df,
        cast(null as double) as detectable_change,
        cast(null as double) as target_gap,
        cast(null as string) as target_basis,
        {% for column in [
            'required_gap', 'required_per_year', 'attained_share', 'pace', 'attained_low', 'attained_high',
            'projected_low', 'projected_high',
        ] %}
            cast(null as double) as {{ column }},
        {% endfor %}
        'not_assessable' as progress_status,
        cast(null as integer) as by_year
    from refused
)

select
    combined.*,
    outcomes.outcome_name,
    coalesce(areas.area_name, combined.area_code) as area_name,
    areas.area_kind,
    survey_groups.group_name,
    survey_groups.group_order,
    programs.is_synthetic,
    case
        when combined.refusal_code = 'polled_once' then 'Polled once: a change needs two waves.'
        when combined.refusal_code = 'wording_changed'
            then 'The question was worded differently in the two waves: they cannot be compared.'
        when combined.refusal_code = 'other_sample_type'
            then 'The two waves were sampled in different ways: they cannot be compared.'
        when combined.refusal_code = 'weights_absent'
            then 'Weights are missing: nothing can be said of the population.'
        when not combined.is_shown then 'One of the four shares is not shown, so neither is what rests on it.'
        when combined.attained_share is null then 'There was no gap at the baseline to close.'
        when combined.pace is null then 'The two waves are of one year: there is no pace to judge.'
        when combined.attained_low is null
            then 'The part closed is not estimable: the gap at the baseline could have been zero.'
    end as refusal_reason
from combined
inner join {{ ref('survey_outcomes') }} as outcomes on combined.outcome_code = outcomes.outcome_code
inner join {{ ref('survey_groups') }} as survey_groups on combined.group_code = survey_groups.group_code
left join {{ ref('dim_survey_area') }} as areas on combined.area_code = areas.area_code
inner join {{ ref('dim_program') }} as programs on programs.program_code = 'trust_survey'

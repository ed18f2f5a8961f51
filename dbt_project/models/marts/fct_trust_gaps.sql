-- Each group's share beside everybody else's, and the gap between the two. What the standard for proportions
-- suppresses is no share to compare: its gap is withheld too.
with estimates as (
    select
        questions.measure,
        questions.area_code,
        questions.wave_code,
        questions.group_code,
        questions.side_code,
        estimates.*
    from {{ ref('int_survey__questions') }} as questions
    inner join {{ ref('int_survey__estimates') }} as estimates
        on
            questions.outcome_code = estimates.outcome_code
            and questions.query_code = estimates.query_code
    where questions.measure in ('share', 'gap')
),

joined as (
    select
        members.outcome_code,
        members.wave_code,
        members.area_code,
        members.group_code,
        members.n_a as respondent_count,
        members.success_a as success_count,
        members.estimate as share,
        members.se as share_se,
        members.df,
        members.n_eff,
        members.deff_wr,
        members.deff_kish,
        members.nchs,
        others.nchs as others_nchs,
        others.n_a as others_count,
        others.estimate as others_share,
        others.se as others_share_se,
        gaps.estimate as gap,
        gaps.se as gap_se,
        gaps.mover_lo as gap_low,
        gaps.mover_hi as gap_high,
        gaps.p_value as gap_p_value,
        -- Logit where the effective size carries it, else the exact interval, which also serves 0 and 100 %.
        case when members.n_eff >= 30 then members.logit_lo else members.kg_nchs_lo end as share_low,
        case when members.n_eff >= 30 then members.logit_hi else members.kg_nchs_hi end as share_high,
        case when others.n_eff >= 30 then others.logit_lo else others.kg_nchs_lo end as others_share_low,
        case when others.n_eff >= 30 then others.logit_hi else others.kg_nchs_hi end as others_share_high,
        case
            when members.nchs in ('no_data', 'suppress') then members.nchs
            when coalesce(others.nchs in ('no_data', 'suppress'), false) then others.nchs
            when members.nchs = 'review' or coalesce(others.nchs = 'review', false) then 'review'
            else 'present'
        end as decision_code,
        members.kg_a_hi - members.kg_a_lo as exact_width
    from estimates as members
    left join estimates as others
        on
            members.outcome_code = others.outcome_code
            and members.wave_code = others.wave_code
            and members.area_code = others.area_code
            and members.group_code = others.group_code
            and others.measure = 'share'
            and others.side_code = 'out'
    left join estimates as gaps
        on
            members.outcome_code = gaps.outcome_code
            and members.wave_code = gaps.wave_code
            and members.area_code = gaps.area_code
            and members.group_code = gaps.group_code
            and gaps.measure = 'gap'
    where members.measure = 'share' and members.side_code = 'in'
)

select
    joined.outcome_code,
    outcomes.outcome_name,
    outcomes.is_by_group,
    joined.wave_code,
    joined.area_code,
    areas.area_name,
    areas.area_kind,
    joined.group_code,
    survey_groups.group_name,
    survey_groups.group_order,
    joined.respondent_count,
    joined.success_count,
    joined.others_count,
    joined.df,
    joined.n_eff,
    joined.deff_wr,
    joined.deff_kish,
    joined.share,
    joined.share_se,
    joined.share_low,
    joined.share_high,
    joined.others_share,
    joined.others_share_se,
    joined.others_share_low,
    joined.others_share_high,
    joined.gap,
    joined.gap_se,
    joined.gap_low,
    joined.gap_high,
    joined.gap_p_value,
    joined.decision_code,
    joined.decision_code = 'present' as is_shown,
    case
        when joined.decision_code = 'no_data' then 'Not shown: nobody of this group, or of the others, answered.'
        when joined.decision_code = 'suppress' and joined.nchs <> 'suppress'
            then 'Not shown: too few others to compare with.'
        when joined.decision_code = 'suppress' and joined.respondent_count < 30
            then 'Not shown: fewer than 30 respondents, too few for a share that could be relied on.'
        when joined.decision_code = 'suppress' and joined.n_eff < 30
            then 'Not shown: the respondents count for fewer than 30 once the sample design is considered.'
        when joined.decision_code = 'suppress' and joined.exact_width >= 0.3
            then 'Not shown: its interval is 30 points wide or wider.'
        when joined.decision_code = 'suppress' then 'Not shown: its interval is wide beside the share itself.'
        when joined.decision_code = 'review'
            then 'Held for review by a statistician: nobody or everybody said so, or too few sampling units.'
    end as decision_reason
from joined
inner join {{ ref('dim_survey_outcome') }} as outcomes on joined.outcome_code = outcomes.outcome_code
inner join {{ ref('dim_survey_group') }} as survey_groups on joined.group_code = survey_groups.group_code
inner join {{ ref('dim_survey_area') }} as areas on joined.area_code = areas.area_code

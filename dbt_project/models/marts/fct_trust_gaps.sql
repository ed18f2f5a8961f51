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
),

-- A poll without weights says nothing of the population, so nothing is estimated from it.
unweighted as (
    select
        wave_code,
        country_code as area_code,
        respondent_count,
        'everybody' as group_code,
        'weights_absent' as decision_code
    from {{ ref('int_survey__polls') }}
    where not is_weighted
),

estimated as (
    select *
    from joined

    union all

    select
        outcomes.outcome_code,
        unweighted.wave_code,
        unweighted.area_code,
        unweighted.group_code,
        unweighted.respondent_count,
        cast(null as bigint) as success_count,
        {% for column in ['share', 'share_se'] %}
            cast(null as double) as {{ column }},
        {% endfor %}
        cast(null as bigint) as df,
        {% for column in ['n_eff', 'deff_wr', 'deff_kish'] %}
            cast(null as double) as {{ column }},
        {% endfor %}
        cast(null as string) as nchs,
        cast(null as string) as others_nchs,
        cast(null as bigint) as others_count,
        {% for column in [
            'others_share', 'others_share_se', 'gap', 'gap_se', 'gap_low', 'gap_high', 'gap_p_value', 'share_low',
            'share_high', 'others_share_low', 'others_share_high',
        ] %}
            cast(null as double) as {{ column }},
        {% endfor %}
        unweighted.decision_code,
        cast(null as double) as exact_width
    from unweighted
    inner join {{ ref('survey_outcomes') }} as outcomes on outcomes.is_by_group
),

-- A pool is the mean of its countries: where one of them is withheld, the others and the pool would give it away, and
-- so would two pools of which one has a country more. Countries that are in the same pools make up a line; a line with
-- one country withheld loses a second one, that with the fewest respondents. Where the line has no other country, its
-- smaller pools go, and a second country of the wave.
pools as (
    select
        'all' as pool_code,
        wave_code,
        country_code
    from {{ ref('int_survey__polls') }}
    where is_weighted

    union all

    select
        concat('comparable_', comparisons.base_wave_code, '_', comparisons.wave_code) as pool_code,
        polls.wave_code,
        comparisons.country_code
    from {{ ref('int_survey__comparisons') }} as comparisons
    inner join {{ ref('int_survey__polls') }} as polls
        on
            comparisons.country_code = polls.country_code
            and polls.wave_code in (comparisons.base_wave_code, comparisons.wave_code)
    where comparisons.refusal_code is null
),

lines as (
    select
        estimated.outcome_code,
        estimated.group_code,
        pools.wave_code,
        pools.country_code,
        {{ joined_values('pools.pool_code') }} as pool_codes
    from estimated
    inner join pools
        on
            estimated.area_code = pools.pool_code
            and estimated.wave_code = pools.wave_code
    where estimated.decision_code = 'present'
    group by estimated.outcome_code, estimated.group_code, pools.wave_code, pools.country_code
),

withheld as (
    select
        estimated.outcome_code,
        estimated.group_code,
        estimated.wave_code,
        estimated.area_code,
        estimated.decision_code <> 'present' as is_withheld,
        count(case when estimated.decision_code <> 'present' then 1 end) over (
            partition by estimated.outcome_code, estimated.group_code, estimated.wave_code, lines.pool_codes
        ) as in_line_count,
        count(*) over (
            partition by estimated.outcome_code, estimated.group_code, estimated.wave_code, lines.pool_codes
        ) as line_size,
        count(case when estimated.decision_code <> 'present' then 1 end) over (
            partition by estimated.outcome_code, estimated.group_code, estimated.wave_code
        ) as in_wave_count,
        {% for scope, line in [('line', ', lines.pool_codes'), ('wave', '')] %}
            row_number() over (
                partition by
                    estimated.outcome_code,
                    estimated.group_code,
                    estimated.wave_code{{ line }},
                    estimated.decision_code <> 'present'
                order by estimated.respondent_count, estimated.area_code
            ) as fewest_in_{{ scope }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from estimated
    inner join lines
        on
            estimated.outcome_code = lines.outcome_code
            and estimated.group_code = lines.group_code
            and estimated.wave_code = lines.wave_code
            and estimated.area_code = lines.country_code
),

alone as (
    select distinct
        outcome_code,
        group_code,
        wave_code,
        in_wave_count
    from withheld
    where is_withheld and in_line_count = 1 and line_size = 1
),

given_away as (
    select
        outcome_code,
        group_code,
        wave_code,
        area_code
    from withheld
    where not is_withheld and in_line_count = 1 and fewest_in_line = 1

    union distinct

    select
        withheld.outcome_code,
        withheld.group_code,
        withheld.wave_code,
        withheld.area_code
    from withheld
    inner join alone
        on
            withheld.outcome_code = alone.outcome_code
            and withheld.group_code = alone.group_code
            and withheld.wave_code = alone.wave_code
    where not withheld.is_withheld and alone.in_wave_count = 1 and withheld.fewest_in_wave = 1

    union distinct

    select
        alone.outcome_code,
        alone.group_code,
        alone.wave_code,
        pools.pool_code as area_code
    from alone
    inner join pools on alone.wave_code = pools.wave_code
    where pools.pool_code <> 'all'
),

combined as (
    select
        estimated.*,
        case
            when given_away.area_code is not null and estimated.decision_code = 'present' then 'complementary'
            else estimated.decision_code
        end as decided_code
    from estimated
    left join given_away
        on
            estimated.outcome_code = given_away.outcome_code
            and estimated.group_code = given_away.group_code
            and estimated.wave_code = given_away.wave_code
            and estimated.area_code = given_away.area_code
),

-- Whoever is in an online panel was not drawn from everybody: an interval then rests on a model.
areas as (
    select
        areas.area_code,
        areas.area_name,
        areas.area_kind,
        polls.wave_code,
        bool_and(polls.sample_type_code in ('probability', 'probability_panel')) as is_probability
    from {{ ref('dim_survey_area') }} as areas
    inner join {{ ref('int_survey__polls') }} as polls
        on areas.area_kind <> 'country' or areas.area_code = polls.country_code
    left join {{ ref('int_survey__comparisons') }} as comparisons
        on
            areas.area_kind = 'comparable'
            and polls.country_code = comparisons.country_code
            and areas.area_code = concat('comparable_', comparisons.base_wave_code, '_', comparisons.wave_code)
            and comparisons.refusal_code is null
    where areas.area_kind <> 'comparable' or comparisons.country_code is not null
    group by areas.area_code, areas.area_name, areas.area_kind, polls.wave_code
)

select
    combined.outcome_code,
    outcomes.outcome_name,
    outcomes.is_by_group,
    combined.wave_code,
    combined.area_code,
    areas.area_name,
    areas.area_kind,
    combined.group_code,
    survey_groups.group_name,
    survey_groups.group_order,
    combined.respondent_count,
    combined.success_count,
    combined.others_count,
    combined.df,
    combined.n_eff,
    combined.deff_wr,
    combined.deff_kish,
    combined.share,
    combined.share_se,
    combined.share_low,
    combined.share_high,
    combined.others_share,
    combined.others_share_se,
    combined.others_share_low,
    combined.others_share_high,
    combined.gap,
    combined.gap_se,
    combined.gap_low,
    combined.gap_high,
    combined.gap_p_value,
    combined.decided_code as decision_code,
    combined.decided_code = 'present' as is_shown,
    case when areas.is_probability then 'design_based' else 'modelled' end as interval_basis,
    programs.is_synthetic,
    case
        when combined.decided_code = 'weights_absent'
            then 'Not estimated: the poll came without weights, so it says nothing of the population.'
        when combined.decided_code = 'no_data' and areas.area_kind <> 'country'
            then 'Not shown: in one of its countries nobody of this group, or of the others, answered.'
        when combined.decided_code = 'no_data' then 'Not shown: nobody of this group, or of the others, answered.'
        when combined.decided_code = 'suppress' and combined.nchs <> 'suppress'
            then 'Not shown: the share of the others is too uncertain to compare with.'
        when combined.decided_code = 'suppress' and combined.respondent_count < 30
            then 'Not shown: fewer than 30 respondents, too few for a share that could be relied on.'
        when combined.decided_code = 'suppress' and combined.n_eff < 30
            then 'Not shown: the respondents count for fewer than 30 once the sample design is considered.'
        when combined.decided_code = 'suppress' and combined.exact_width >= 0.3
            then 'Not shown: its 95% range is 30 points wide or wider.'
        when combined.decided_code = 'suppress' then 'Not shown: its 95% range is wide beside the share itself.'
        when combined.decided_code = 'complementary'
            then 'Not shown: together with other figures it would give away a country that is withheld.'
        when combined.decided_code = 'review'
            then 'Held for review by a statistician: nobody or everybody said so, or too few sampling units.'
    end as decision_reason
from combined
inner join {{ ref('survey_outcomes') }} as outcomes on combined.outcome_code = outcomes.outcome_code
inner join {{ ref('survey_groups') }} as survey_groups on combined.group_code = survey_groups.group_code
inner join areas
    on
        combined.area_code = areas.area_code
        and combined.wave_code = areas.wave_code
inner join {{ ref('dim_program') }} as programs on programs.program_code = 'trust_survey'

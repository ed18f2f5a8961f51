-- Intervals at 95 %, with t of the design's degrees of freedom. Logit: back-transformed; Wilson: on the effective
-- sample size; Korn-Graubard as of NCHS (macro v2.0, 2021: the effective size is capped at n after the adjustment for
-- degrees of freedom); beta: the same without the cap, as in R's survey package; MOVER (Zou & Donner 2008) from the two
-- Korn-Graubard intervals and the correlation of the design.
with joined as (
    select
        moments.*,
        quantiles.t_df,
        quantiles.t_one_sided,
        quantiles.t_power,
        quantiles.p_value,
        quantiles.n_eff_df,
        quantiles.beta_lo,
        quantiles.beta_hi,
        quantiles.kg_a_lo,
        quantiles.kg_a_hi,
        quantiles.kg_b_lo,
        quantiles.kg_b_hi,
        moments.quantity = 'prop' as is_share,
        case
            when moments.se_a > 0 and moments.share_a > 0 and moments.share_a < 1
                then moments.share_a * (1 - moments.share_a) / (moments.se_a * moments.se_a)
        end as n_eff,
        case
            when moments.quantity = 'diff' and moments.se_a > 0 and moments.se_b > 0
                then
                    greatest(
                        least(
                            (
                                moments.se_a * moments.se_a + moments.se_b * moments.se_b
                                - moments.se * moments.se
                            ) / (2 * moments.se_a * moments.se_b), 1
                        ), -1
                    )
            when moments.quantity = 'diff' then 0
        end as correlation
    from {{ ref('int_survey__moments') }} as moments
    left join {{ ref('stg_steps__survey_quantiles') }} as quantiles
        on
            moments.query_code = quantiles.query_code
            and moments.outcome_code = quantiles.outcome_code
),

-- The square of the half width to each side; both differences of a limit are at least zero.
widened as (
    select
        joined.*,
        is_share and n_eff is not null and t_df is not null as has_effective_size,
        is_share and share_a > 0 and share_a < 1 and t_df is not null as has_odds,
        ln(nullif(share_a, 0) / nullif(1 - share_a, 0)) as log_odds,
        t_df * se_a / nullif(share_a * (1 - share_a), 0) as log_odds_width,
        t_df * t_df / n_eff as wilson_weight,
        kg_a_hi - kg_a_lo as kg_width,
        (share_a - kg_a_lo) * (share_a - kg_a_lo) + (kg_b_hi - share_b) * (kg_b_hi - share_b)
        - 2 * correlation * (share_a - kg_a_lo) * (kg_b_hi - share_b) as mover_below,
        (kg_a_hi - share_a) * (kg_a_hi - share_a) + (share_b - kg_b_lo) * (share_b - kg_b_lo)
        - 2 * correlation * (kg_a_hi - share_a) * (share_b - kg_b_lo) as mover_above
    from joined
)

select
    query_code,
    outcome_code,
    quantity,
    n_a,
    success_a,
    weight_sum_a,
    n_b,
    estimate,
    se,
    df,
    lonely_count,
    p_value,
    t_df,
    t_one_sided,
    t_power,
    share_a,
    share_b,
    kg_a_lo,
    kg_a_hi,
    kg_b_lo,
    kg_b_hi,
    estimate - t_df * se as wald_lo,
    estimate + t_df * se as wald_hi,
    case when has_odds then 1 / (1 + exp(log_odds_width - log_odds)) end as logit_lo,
    case when has_odds then 1 / (1 + exp(-log_odds_width - log_odds)) end as logit_hi,
    case when has_effective_size then beta_lo end as beta_lo,
    case when has_effective_size then beta_hi end as beta_hi,
    {% for side, sign in [('lo', '-'), ('hi', '+')] %}
        case
            when has_effective_size
                then
                    (
                        share_a + wilson_weight / 2
                        {{ sign }} t_df / (2 * n_eff) * sqrt(4 * n_eff * share_a * (1 - share_a) + t_df * t_df)
                    ) / (1 + wilson_weight)
        end as wilson_{{ side }},
        case when is_share then kg_a_{{ side }} end as kg_nchs_{{ side }},
    {% endfor %}
    case
        when quantity = 'diff' and mover_below is not null then estimate - sqrt(greatest(mover_below, 0))
    end as mover_lo,
    case
        when quantity = 'diff' and mover_above is not null then estimate + sqrt(greatest(mover_above, 0))
    end as mover_hi,
    case when is_share then n_eff end as n_eff,
    case when is_share then n_eff_df end as n_eff_df,
    case
        when is_share and n_a > 1 and share_a > 0 and share_a < 1
            then se * se * (n_a - 1) / (share_a * (1 - share_a))
    end as deff_wr,
    case
        when is_share and weight_sum_a > 0 then n_a * weight_square_sum_a / (weight_sum_a * weight_sum_a)
    end as deff_kish,
    -- Data presentation standards for proportions (Parker et al. 2017, Vital and Health Statistics 2(175)).
    case
        when not is_share then null
        when n_a = 0 or share_a is null then 'no_data'
        when n_a < 30 or n_eff < 30 then 'suppress'
        when kg_width >= 0.3 then 'suppress'
        when kg_width > 0.05 and share_a > 0 and kg_width / share_a > 1.3 then 'suppress'
        when share_a = 0 or share_a = 1 or df < 8 or kg_width is null then 'review'
        else 'present'
    end as nchs
from widened

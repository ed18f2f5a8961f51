-- A claim about people repeats a figure that is released, as it is released: hidden, or rounded to 5. It never shows
-- one of its own. Where some count that is shown as this one would leave the verdict open, so it is here: a verdict
-- on the exact count would narrow what rounding left open.
with joined as (
    select
        claims.*,
        decisions.suppression_reason,
        decisions.is_shown,
        decisions.shown_low,
        decisions.shown_high,
        decisions.kept_from,
        coalesce(indicators.kind = 'ratio', false) as is_share,
        claims.measure in ('indicator', 'contribution')
        and coalesce(indicators.counts_people, true)
        and claims.value_high is not null as counts_people,
        coalesce(indicators.period_kind = 'wave', false) as is_poll
    from {{ ref('fct_claims') }} as claims
    left join {{ ref('dim_indicator') }} as indicators
        on
            claims.measure_code = indicators.indicator_code
            and claims.measure = 'indicator'
    left join {{ ref('fct_disclosure') }} as decisions
        on decisions.figure_id = case
            when claims.measure = 'contribution' then concat_ws('/', 'contribution', claims.measure_code, claims.period)
            when claims.measure = 'indicator' and indicators.counts_people
                then concat_ws(
                    '/',
                    claims.measure_code,
                    claims.period,
                    case
                        when claims.timing in ('once', 'every_quarter') then 'quarter'
                        else indicators.headline_span
                    end,
                    case when claims.country_code is not null then concat('country:', claims.country_code) end
                )
        end
),

decided as (
    select
        joined.*,
        is_small or (counts_people and not coalesce(is_shown, false)) as is_suppressed,
        {% for bound in ['low', 'high'] %}
            case when counts_people then shown_{{ bound }} else value_{{ bound }} end as released_{{ bound }},
        {% endfor %}
        case
            when comparison in ('equals', 'about') then claimed_value - coalesce(tolerance, 0)
            when comparison in ('at_least', 'more_than') then claimed_value
        end as accepted_low,
        case
            when comparison in ('equals', 'about') then claimed_value + coalesce(tolerance, 0)
            when comparison = 'at_most' then claimed_value
        end as accepted_high
    from joined
),

-- The least and the most that is shown as this (exports/disclosure/rules.py: unrounded, percent_bounds).
possible as (
    select
        decided.*,
        case
            when is_share and released_low in (0, 100) then released_low
            when is_share and released_low = 1 then 0
            when is_share then released_low - 0.5
            when released_low = 0 then 0
            when released_low = 15 then 11
            else released_low - 2
        end - case when kept_from is not null then 10 else 0 end as least,
        case
            when is_share and released_high in (0, 100) then released_high
            when is_share and released_high = 99 then 100
            when is_share then released_high + 0.5
            when released_high = 0 then 0
            else released_high + 2
        end + case when kept_from is not null then 10 else 0 end as most
    from decided
),

settled as (
    select
        possible.*,
        coalesce(
            counts_people
            and not is_suppressed
            and not is_poll
            and (
                (
                    verdict = 'supported'
                    and (
                        least < accepted_low
                        or (least = accepted_low and comparison = 'more_than')
                        or most > accepted_high
                    )
                )
                or (
                    verdict = 'contradicted'
                    and coalesce(most > accepted_low or (most = accepted_low and comparison <> 'more_than'), true)
                    and coalesce(least <= accepted_high, true)
                )
            ), false
        ) as is_too_coarse
    from possible
)

select
    claim_code,
    claim_number,
    program_code,
    about,
    source_sentence,
    page_title,
    page_date,
    timing,
    speaks_for_date,
    measure,
    measure_code,
    indicator_name,
    comparison,
    cast(claimed_value as decimal(24, 2)) as claimed_value,
    unit,
    cast(tolerance as decimal(24, 2)) as tolerance,
    tolerance_reason,
    caveat,
    period,
    wave_code,
    cast(
        case
            when is_suppressed then null
            when not counts_people then value
            when released_low = released_high then released_low
        end as decimal(24, 2)
    ) as value,
    {% for bound in ['low', 'high'] %}
        cast(case when not is_suppressed then released_{{ bound }} end as decimal(24, 2)) as value_{{ bound }},
    {% endfor %}
    is_suppressed,
    case when is_suppressed then coalesce(suppression_reason, 'derived') end as suppression_reason,
    counts_people and not is_suppressed and not is_poll as is_rounded,
    coverage_met,
    coverage_due,
    case when is_suppressed or is_too_coarse then 'cannot_tell' else verdict end as verdict,
    case when is_suppressed then 'hidden' when is_too_coarse then 'rounded' else reason_code end as reason_code,
    case
        when is_suppressed or is_too_coarse
            then concat(
                case
                    when is_synthetic then 'On the synthetic sample; says nothing about the initiative. '
                    else ''
                end,
                case
                    when is_too_coarse then 'The count is shown rounded to 5 people, too coarse to settle it here.'
                    when suppression_reason = 'complementary'
                        then 'The figure is hidden here, so that no small number of people can be worked out.'
                    when is_small or suppression_reason = 'primary' then 'A count of 1 to 10 people is hidden here.'
                    else 'It rests on a figure about people that is not released by itself.'
                end
            )
        else why
    end as why,
    case when is_suppressed or is_too_coarse then 'The restricted tables, which program leads read' else needed end
        as needed,
    is_synthetic
from settled

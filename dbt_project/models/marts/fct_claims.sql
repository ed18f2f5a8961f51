-- One quarter speaks for a claim. Where the page gives no day: for a state, the newest quarter that decides; for what
-- happened once, the newest that supports; for what happens every quarter, the newest that contradicts.
with ranked as (
    select
        graded.*,
        row_number() over (
            partition by claim_code
            order by
                case
                    when timing = 'state' and verdict <> 'cannot_tell' then 1
                    when timing = 'once' and verdict = 'supported' then 1
                    when timing = 'once' and verdict = 'cannot_tell' then 2
                    when timing = 'every_quarter' and verdict = 'contradicted' then 1
                    when timing = 'every_quarter' and verdict = 'cannot_tell' then 2
                    else 3
                end,
                case when timing <> 'promise' and value_low is null then 1 else 0 end,
                period_index desc
        ) as first_choice,
        bool_and(verdict = 'contradicted') over (partition by claim_code) as is_contradicted_always
    from {{ ref('int_claims__graded') }} as graded
),

builds as (
    select coalesce(bool_or(is_synthetic), false) as is_synthetic
    from {{ ref('dim_program') }}
),

joined as (
    select
        claims.claim_code,
        claims.claim_number,
        claims.program_code,
        claims.about,
        claims.source_sentence,
        claims.page_title,
        claims.page_date,
        claims.timing,
        claims.speaks_for_date,
        claims.measure,
        claims.measure_code,
        indicators.indicator_name,
        claims.country_code,
        claims.wave_code,
        claims.comparison,
        claims.claimed_value,
        claims.unit,
        claims.tolerance,
        claims.tolerance_reason,
        claims.caveat,
        claims.needed as needed_stated,
        chosen.period,
        chosen.value,
        chosen.value_low,
        chosen.value_high,
        chosen.coverage_met,
        chosen.coverage_due,
        chosen.blank_count,
        coalesce(chosen.is_small, false) as is_small,
        coalesce(chosen.is_synthetic, programs.is_synthetic, builds.is_synthetic) as is_synthetic,
        case
            when claims.comparison in ('name_only', 'no_figure') then claims.comparison
            when claims.measure = 'none' then 'not_measured'
            when chosen.claim_code is null then 'no_data'
            -- A page without a day may have spoken of a quarter that could have been otherwise.
            when
                chosen.reason_code = 'misses'
                and claims.timing in ('state', 'once')
                and not chosen.is_contradicted_always
                then 'day_unknown'
            else chosen.reason_code
        end as reason_code
    from {{ ref('ref_claims') }} as claims
    cross join builds
    left join ranked as chosen
        on
            claims.claim_code = chosen.claim_code
            and chosen.first_choice = 1
    left join {{ ref('dim_indicator') }} as indicators on claims.measure_code = indicators.indicator_code
    left join {{ ref('dim_program') }} as programs on claims.program_code = programs.program_code
),

worded as (
    select
        joined.*,
        case
            when reason_code = 'not_due' and speaks_for_date is null
                then 'It is a promise without a day, and what is measured so far does not settle it.'
            when reason_code = 'not_due'
                then 'It is a promise whose day has not come, and what is measured so far does not settle it.'
            when timing = 'every_quarter' and reason_code in ('meets', 'meets_already')
                then 'In every quarter so far, every value that the figure can have meets the claim.'
            when timing = 'every_quarter' and reason_code = 'misses'
                then 'In one quarter or more all returns are in, and no value that the figure can have meets the claim.'
            when
                reason_code = 'meets'
                and wave_code is not null
                and comparison in ('equals', 'about')
                and (
                    value_low < claimed_value - coalesce(tolerance, 0)
                    or value_high > claimed_value + coalesce(tolerance, 0)
                )
                then 'The estimate, rounded as the page rounds, is the claimed figure; its 95% range is wider.'
            when reason_code = 'meets' and wave_code is not null
                then 'Every value in the 95% range of the estimate meets the claim.'
            when reason_code = 'misses' and wave_code is not null
                then 'No value in the 95% range of the estimate meets the claim.'
            when reason_code = 'meets' then 'Every value that the figure can have meets the claim.'
            when reason_code = 'meets_already'
                then 'What is in meets the claim, and what is still to come can only add to it.'
            when reason_code = 'misses'
                then 'All returns are in, and no value that the figure can have meets the claim.'
            when reason_code = 'straddles'
                then 'The figure is known within bounds: some values between them meet the claim, some do not.'
            when reason_code = 'sampling_error'
                then 'The estimate is not the claimed figure, but the difference may be chance.'
            when reason_code = 'suppressed'
                then 'The group is too small for an estimate that can be shown (NCHS standard).'
            when reason_code = 'given_away'
                then 'The estimate is withheld, since it would give away that of a country that is withheld.'
            when reason_code = 'incomplete' then 'Returns or figures are missing, and they can decide it.'
            when reason_code = 'day_unknown'
                then 'The page gives no day, and not every quarter speaks against the claim.'
            when reason_code = 'no_data' then 'There is no figure yet to hold against it.'
            when reason_code = 'not_measured' then 'No indicator measures this.'
            when reason_code = 'no_figure' then 'The statement gives no figure to compare with.'
            when reason_code = 'name_only' then 'It is a name and not a target: no figure is claimed.'
        end as reason_text,
        case
            when reason_code in ('not_measured', 'no_figure', 'name_only') then needed_stated
            when reason_code = 'straddles'
                then 'Exact counts in place of bounds, or how many people were counted more than once'
            when reason_code = 'sampling_error' then 'A larger sample'
            when reason_code = 'suppressed'
                then 'An effective sample of at least 30 of the group and a 95% range narrower than 30 points'
            when reason_code = 'given_away' then 'A larger sample in the country that is withheld'
            when reason_code = 'incomplete' and coverage_met < coverage_due
                then concat('Returns still missing: ', cast(coverage_due - coverage_met as string))
            when reason_code = 'incomplete'
                then concat('The figure itself: returns that leave it blank: ', cast(blank_count as string))
            when reason_code = 'not_due' and speaks_for_date is not null
                then concat('Returns up to ', cast(speaks_for_date as string))
            when reason_code = 'not_due' then 'A day by which it is promised, or returns that show it'
            when reason_code = 'day_unknown' then 'The day the page speaks for'
            when reason_code = 'no_data' and measure in ('survey_estimate', 'survey_gap')
                then 'The answers of that wave of the poll'
            when reason_code = 'no_data' then 'Returns with this figure'
        end as needed
    from joined
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
    country_code,
    wave_code,
    comparison,
    claimed_value,
    unit,
    tolerance,
    tolerance_reason,
    caveat,
    period,
    value,
    value_low,
    value_high,
    coverage_met,
    coverage_due,
    reason_code,
    needed,
    is_small,
    is_synthetic,
    case
        when reason_code in ('meets', 'meets_already') then 'supported'
        when reason_code = 'misses' then 'contradicted'
        else 'cannot_tell'
    end as verdict,
    -- A verdict on invented figures must never be read as one on the initiative.
    concat(
        case
            when is_synthetic then 'On the synthetic sample; says nothing about the initiative. '
            else ''
        end, reason_text
    ) as why
from worded

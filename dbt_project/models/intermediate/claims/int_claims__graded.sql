{{ config(materialized='table') }}
with compared as (
    select
        claims.claim_code,
        claims.timing,
        claims.speaks_for_date,
        claims.comparison,
        claims.claimed_value,
        measured.period,
        measured.period_index,
        measured.value,
        measured.value_low,
        measured.value_high,
        measured.coverage_met,
        measured.coverage_due,
        measured.blank_count,
        measured.is_complete,
        measured.is_small,
        measured.is_synthetic,
        measured.nchs,
        -- Returns still to come in add to a sum that is large enough, and never take from it.
        measured.only_adds and claims.comparison in ('at_least', 'more_than') as is_settled_early,
        measured.is_lasting,
        claims.timing = 'promise'
        and coalesce(claims.speaks_for_date > measured.period_end_date, true) as is_before_its_day,
        -- A figure of a poll is said of its respondents: the estimate decides. Anything else is a matter of the bounds.
        measured.nchs is not null and claims.comparison in ('equals', 'about') as is_by_estimate,
        case
            when claims.comparison in ('equals', 'about') then claims.claimed_value - coalesce(claims.tolerance, 0)
            when claims.comparison in ('at_least', 'more_than') then claims.claimed_value
        end as accepted_low,
        case
            when claims.comparison in ('equals', 'about') then claims.claimed_value + coalesce(claims.tolerance, 0)
            when claims.comparison = 'at_most' then claims.claimed_value
        end as accepted_high
    from {{ ref('ref_claims') }} as claims
    inner join {{ ref('int_claims__measured') }} as measured on claims.claim_code = measured.claim_code
    where claims.comparison not in ('name_only', 'no_figure')
),

tested as (
    select
        compared.*,
        case when is_by_estimate then value else value_low end as tested_low,
        case when is_by_estimate then value else value_high end as tested_high
    from compared
),

fitted as (
    select
        tested.*,
        case
            when value_low is null then 'unknown'
            when
                (
                    accepted_low is null
                    or tested_low > accepted_low
                    or (tested_low = accepted_low and comparison <> 'more_than')
                )
                and coalesce(tested_high <= accepted_high, accepted_high is null)
                then 'inside'
            when
                coalesce(value_high < accepted_low, false)
                or coalesce(value_high = accepted_low and comparison = 'more_than', false)
                or coalesce(value_low > accepted_high, false)
                then 'outside'
            else 'both'
        end as fit
    from tested
),

reasoned as (
    select
        fitted.*,
        case
            when nchs in ('suppress', 'review') then 'suppressed'
            when nchs = 'complementary' then 'given_away'
            when fit = 'unknown' then 'no_data'
            -- A promise without a day is kept as soon as it is met; one with a day can still be undone.
            when fit = 'inside' and is_complete and (not is_before_its_day or speaks_for_date is null) then 'meets'
            when
                fit = 'inside'
                and is_settled_early
                and (not is_before_its_day or is_lasting or speaks_for_date is null)
                then 'meets_already'
            when is_before_its_day then 'not_due'
            when not is_complete then 'incomplete'
            when fit = 'outside' then 'misses'
            when nchs is not null then 'sampling_error'
            else 'straddles'
        end as reason_code
    from fitted
)

select
    claim_code,
    timing,
    period,
    period_index,
    value,
    value_low,
    value_high,
    coverage_met,
    coverage_due,
    blank_count,
    is_small,
    is_synthetic,
    reason_code,
    case
        when reason_code in ('meets', 'meets_already') then 'supported'
        when reason_code = 'misses' then 'contradicted'
        else 'cannot_tell'
    end as verdict
from reasoned

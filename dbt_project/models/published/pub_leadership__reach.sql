-- Small numbers have entered as "0 to 10" already; bounds that are small themselves are hidden, others rounded to 5.
with flagged as (
    select
        reach.*,
        -- Whatever nobody decided on stays hidden.
        reach.reach_high is not null and not coalesce(decisions.is_shown, false) as is_suppressed,
        coalesce(decisions.is_shown, false) as is_rounded,
        case
            when reach.reach_high is not null and not coalesce(decisions.is_shown, false)
                then coalesce(decisions.suppression_reason, 'derived')
        end as suppression_reason,
        decisions.is_told_small,
        decisions.shown_low,
        decisions.shown_high
    from {{ ref('fct_reach') }} as reach
    left join {{ ref('fct_disclosure') }} as decisions
        on decisions.figure_id = concat_ws('/', 'reach', reach.period)
    where
        reach.audience = 'release'
        and reach.program_code = 'total'
)

select
    period,
    {% for bound in ['low', 'high'] %}
        cast(shown_{{ bound }} as decimal(24, 2)) as reach_{{ bound }},
    {% endfor %}
    case when not is_suppressed then low_basis end as low_basis,
    {{ hidden_display('is_suppressed', 'is_told_small') }} as display,
    is_suppressed,
    suppression_reason,
    is_rounded,
    cast(program_count as integer) as program_count,
    cast(indicator_count as integer) as indicator_count,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    case
        when is_approved and is_unchanged then 'released'
        when is_approved then 'approved'
        else 'provisional'
    end as data_status,
    nullif(
        concat_ws(
            '; ',
            case
                when coverage_met < coverage_due
                    then concat(
                        cast(coverage_due - coverage_met as string), ' of ', cast(coverage_due as string),
                        ' returns missing: people they would add are not in the bounds'
                    )
            end,
            case when is_contradicted then 'What is declared of overlaps contradicts what is reported' end,
            case when contradicted_count > 0 and not is_suppressed then {{ listed_more('contradicted_count') }} end,
            case
                when is_assumed and not is_suppressed then 'What is declared of overlaps is a planning assumption'
            end,
            {{ hidden_because('suppression_reason') }},
            {{ rounded_to('is_rounded', "'reach'") }}
        ), ''
    ) as footnote,
    true as counts_people,
    is_synthetic
from flagged

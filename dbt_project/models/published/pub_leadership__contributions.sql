-- Small numbers have entered as "0 to 10" already; bounds that are small themselves are hidden, others rounded to 5.
select
    contributions.contribution_code,
    contributions.period,
    {% for bound in ['low', 'high'] %}
        cast(decisions.shown_{{ bound }} as decimal(24, 2)) as people_{{ bound }},
    {% endfor %}
    -- Whatever nobody decided on stays hidden.
    contributions.released_high is not null and not coalesce(decisions.is_shown, false) as is_suppressed,
    case
        when contributions.released_high is not null and not coalesce(decisions.is_shown, false)
            then coalesce(decisions.suppression_reason, 'derived')
    end as suppression_reason,
    coalesce(decisions.is_shown, false) as is_rounded,
    contributions.indicator_count,
    contributions.coverage_met,
    contributions.coverage_due,
    true as counts_people,
    contributions.is_synthetic
from {{ ref('fct_contributions') }} as contributions
left join {{ ref('fct_disclosure') }} as decisions
    on decisions.figure_id = concat_ws('/', 'contribution', contributions.contribution_code, contributions.period)
where contributions.program_code = 'total'

-- As they are released, so that a claim's figure is the one that leadership reads beside it.
select
    contribution_code,
    period,
    released_low as value_low,
    released_high as value_high,
    coverage_met,
    coverage_due,
    0 as blank_count
from {{ ref('fct_contributions') }}
where program_code = 'total' and released_high is not null

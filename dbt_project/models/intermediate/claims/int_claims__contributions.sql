select
    contribution_code,
    period,
    people_low as value_low,
    people_high as value_high,
    coverage_met,
    coverage_due,
    0 as blank_count
from {{ ref('fct_contributions') }}
where program_code = 'total' and people_high is not null

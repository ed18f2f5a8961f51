-- Small numbers have entered as "0 to 10" already; bounds that are small themselves are hidden.
with flagged as (
    select
        contributions.*,
        coalesce(released_low between 1 and 10 or released_high between 1 and 10, false) as is_suppressed
    from {{ ref('fct_contributions') }} as contributions
    where program_code = 'total'
)

select
    contribution_code,
    period,
    {% for bound in ['low', 'high'] %}
        cast(case when not is_suppressed then released_{{ bound }} end as decimal(24, 2)) as people_{{ bound }},
    {% endfor %}
    is_suppressed,
    indicator_count,
    coverage_met,
    coverage_due,
    true as counts_people,
    is_synthetic
from flagged

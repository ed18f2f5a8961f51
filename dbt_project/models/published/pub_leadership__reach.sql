-- Small numbers have entered as "0 to 10" already; bounds that are small themselves are hidden.
with flagged as (
    select
        reach.*,
        coalesce(reach.reach_low between 1 and 10 or reach.reach_high between 1 and 10, false) as is_suppressed
    from {{ ref('fct_reach') }} as reach
    where
        reach.audience = 'release'
        and reach.program_code = 'total'
)

select
    period,
    {% for bound in ['reach_low', 'reach_high'] %}
        cast(case when not is_suppressed then {{ bound }} end as decimal(24, 2)) as {{ bound }},
    {% endfor %}
    case when not is_suppressed then low_basis end as low_basis,
    case
        when is_suppressed and reach_low >= 1 and reach_high <= 10 then '1–10'
        when is_suppressed then 'suppressed'
    end as display,
    is_suppressed,
    cast(program_count as integer) as program_count,
    cast(indicator_count as integer) as indicator_count,
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    case when is_approved then 'approved' else 'provisional' end as data_status,
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
            case
                when is_assumed and not is_suppressed then 'What is declared of overlaps is a planning assumption'
            end
        ), ''
    ) as footnote,
    true as counts_people,
    is_synthetic
from flagged

select
    contributions.contribution_code,
    case contributions.contribution_code
        when 'bridges_of_trust' then 'Bridges of trust'
        when 'conversations' then 'Conversations'
        else contributions.contribution_code
    end as contribution_name,
    contributions.period,
    contributions.program_code,
    case when contributions.program_code = 'total' then 'All programs' else programs.program_name end as program_name,
    contributions.indicator_count,
    cast(contributions.people_low as decimal(24, 2)) as people_low,
    cast(contributions.people_high as decimal(24, 2)) as people_high,
    contributions.coverage_met,
    contributions.coverage_due,
    concat_ws(
        '; ',
        case
            when contributions.coverage_met < contributions.coverage_due
                then concat(
                    cast(contributions.coverage_due - contributions.coverage_met as string), ' of ',
                    cast(contributions.coverage_due as string),
                    ' returns missing: people they would add are not in the bounds'
                )
        end,
        case contributions.contribution_code
            when 'bridges_of_trust'
                then 'Professionals and patients trained, mentored, awarded or equipped; the promise is “thousands”'
            when 'conversations' then '“A million conversations” is the name of the initiative and not a target'
        end
    ) as note,
    contributions.is_synthetic
from {{ ref('fct_contributions') }} as contributions
left join {{ ref('dim_program') }} as programs on contributions.program_code = programs.program_code

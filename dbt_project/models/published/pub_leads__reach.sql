select
    reach.period,
    reach.program_code,
    cast(reach.reach_low as decimal(24, 2)) as reach_low,
    cast(reach.reach_high as decimal(24, 2)) as reach_high,
    reach.low_basis,
    cast(reach.counted_twice as decimal(24, 2)) as counted_twice,
    cast(reach.program_count as integer) as program_count,
    cast(reach.indicator_count as integer) as indicator_count,
    cast(reach.coverage_met as integer) as coverage_met,
    cast(reach.coverage_due as integer) as coverage_due,
    case
        when reach.is_approved and reach.is_unchanged then 'released'
        when reach.is_approved then 'approved'
        else 'provisional'
    end as data_status,
    case when reach.program_code = 'total' then 'All programs' else programs.program_name end as program_name,
    nullif(
        concat_ws(
            '; ',
            case
                when reach.coverage_met < reach.coverage_due
                    then concat(
                        cast(reach.coverage_due - reach.coverage_met as string), ' of ',
                        cast(reach.coverage_due as string),
                        ' returns missing: people they would add are not in the bounds'
                    )
            end,
            case
                when reach.contradicted_count > 0 and reach.program_code <> 'total'
                    then 'Withheld: the list of people holds more than are reported'
                when reach.is_contradicted then 'What is declared of overlaps contradicts what is reported'
            end,
            case
                when reach.contradicted_count > 0 and reach.program_code = 'total'
                    then {{ listed_more('reach.contradicted_count') }}
            end,
            case when reach.is_assumed then 'What is declared of overlaps is a planning assumption' end
        ), ''
    ) as footnote,
    reach.is_synthetic
from {{ ref('fct_reach') }} as reach
left join {{ ref('dim_program') }} as programs on reach.program_code = programs.program_code
where reach.audience = 'leads'

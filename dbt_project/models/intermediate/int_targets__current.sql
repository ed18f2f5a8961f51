-- What a program's folder states, unless leads changed it since. What leads agree among themselves is a planning
-- assumption until it is published, also where it replaces a published target.
with combined as (
    select
        targets.program_code,
        targets.indicator_code,
        targets.year,
        targets.source,
        coalesce(changes.target_value, targets.target_value) as target_value,
        case when changes.change_id is null then targets.basis else 'assumed' end as basis,
        changes.change_note,
        changes.change_note_released
    from {{ ref('targets') }} as targets
    left join {{ ref('stg_ledger__target_changes') }} as changes
        on
            targets.indicator_code = changes.indicator_code
            and targets.year = changes.target_year

    union all

    select
        changes.program_code,
        changes.indicator_code,
        changes.target_year as year,
        cast(null as string) as source,
        changes.target_value,
        'assumed' as basis,
        changes.change_note,
        changes.change_note_released
    from {{ ref('stg_ledger__target_changes') }} as changes
    left join {{ ref('targets') }} as targets
        on
            changes.indicator_code = targets.indicator_code
            and changes.target_year = targets.year
    where targets.year is null
)

select
    program_code,
    indicator_code,
    year,
    target_value,
    basis,
    change_note,
    change_note_released,
    case when change_note is null then source else concat_ws('; ', source, change_note_released) end as source,
    row_number() over (partition by indicator_code order by year desc) = 1 as is_last
from combined

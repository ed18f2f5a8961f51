-- Items such as findings are reported again each quarter: each counts once.
with items as (
    select
        program_code,
        barrier_code,
        side_code,
        partner_code,
        item_id,
        max(heard_unit) as heard_unit,
        max(count_low) as count_low,
        max(count_high) as count_high
    from {{ ref('int_barriers__unioned') }}
    group by program_code, barrier_code, side_code, partner_code, item_id
)

select
    items.program_code,
    items.barrier_code,
    coalesce(barriers.label, items.barrier_code) as barrier_name,
    max(items.heard_unit) as heard_unit,
    cast(sum(case when items.side_code = 'heard' then items.count_low end) as bigint) as heard_count_low,
    cast(sum(case when items.side_code = 'heard' then items.count_high end) as bigint) as heard_count_high,
    count(case when items.side_code = 'answered' then 1 end) as answered_count
from items
left join {{ ref('ref_barriers') }} as barriers on items.barrier_code = barriers.code
group by items.program_code, items.barrier_code, barriers.label

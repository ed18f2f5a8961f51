-- What is heard counts each item once, however many returns repeat it. What answers it counts by the newest return
-- that names the item: at the stage, and for the barriers, that return says.
with heard_items as (
    select
        program_code,
        barrier_code,
        partner_code,
        item_id,
        max(heard_unit) as heard_unit,
        max(count_low) as count_low,
        max(count_high) as count_high,
        min(case when count_high > 0 then period end) as first_period
    from {{ ref('int_barriers__unioned') }}
    where side_code = 'heard'
    group by program_code, barrier_code, partner_code, item_id
),

heard as (
    select
        program_code,
        barrier_code,
        max(heard_unit) as heard_unit,
        cast(sum(count_low) as bigint) as heard_count_low,
        cast(sum(count_high) as bigint) as heard_count_high,
        min(first_period) as first_heard_period,
        max(first_period) as last_heard_period
    from heard_items
    group by program_code, barrier_code
),

newest as (
    select
        program_code,
        partner_code,
        item_id,
        max(period) as period
    from {{ ref('int_barriers__unioned') }}
    where side_code not in ('heard', 'traced')
    group by program_code, partner_code, item_id
),

steps as (
    select distinct
        items.program_code,
        items.barrier_code,
        items.partner_code,
        items.item_id,
        items.side_code
    from {{ ref('int_barriers__unioned') }} as items
    inner join newest
        on
            items.program_code = newest.program_code
            and items.partner_code = newest.partner_code
            and items.item_id = newest.item_id
            and items.period = newest.period
    where items.side_code not in ('heard', 'traced', 'dropped')
),

traced as (
    select distinct
        program_code,
        barrier_code,
        partner_code,
        item_id
    from {{ ref('int_barriers__unioned') }}
    where side_code = 'traced'
),

answered as (
    select
        steps.program_code,
        steps.barrier_code,
        {% for step in [
            'agreed', 'under_way', 'done', 'drafted', 'recommended', 'taken_up', 'adopted', 'implemented',
        ] %}
            count(case when steps.side_code = '{{ step }}' then 1 end) as {{ step }}_count,
        {% endfor %}
        count(traced.item_id) as traced_count
    from steps
    left join traced
        on
            steps.program_code = traced.program_code
            and steps.barrier_code = traced.barrier_code
            and steps.partner_code = traced.partner_code
            and steps.item_id = traced.item_id
    group by steps.program_code, steps.barrier_code
),

named as (
    select
        program_code,
        barrier_code
    from heard
    union distinct
    select
        program_code,
        barrier_code
    from answered
)

select
    named.program_code,
    named.barrier_code,
    coalesce(barriers.label, named.barrier_code) as barrier_name,
    heard.heard_unit,
    heard.heard_count_low,
    heard.heard_count_high,
    heard.first_heard_period,
    heard.last_heard_period,
    {% for step in [
        'agreed', 'under_way', 'done', 'drafted', 'recommended', 'taken_up', 'adopted', 'implemented', 'traced',
    ] %}
        coalesce(answered.{{ step }}_count, 0) as {{ step }}_count{% if not loop.last %},{% endif %}
    {% endfor %}
from named
left join heard
    on
        named.program_code = heard.program_code
        and named.barrier_code = heard.barrier_code
left join answered
    on
        named.program_code = answered.program_code
        and named.barrier_code = answered.barrier_code
left join {{ ref('ref_barriers') }} as barriers on named.barrier_code = barriers.code

with programs as (
    select
        barriers.barrier_code,
        {{ joined_values(
            'case when barriers.agreed_count + barriers.under_way_count + barriers.done_count + barriers.drafted_count'
            ' + barriers.recommended_count + barriers.taken_up_count + barriers.adopted_count'
            ' + barriers.implemented_count > 0 then programs.program_name end'
        ) }} as answering_programs,
        sum(
            barriers.agreed_count + barriers.under_way_count + barriers.done_count
            + barriers.adopted_count + barriers.implemented_count
        ) as settled_count
    from {{ ref('fct_barriers') }} as barriers
    inner join {{ ref('dim_program') }} as programs on barriers.program_code = programs.program_code
    group by barriers.barrier_code
)

select
    barriers.barrier_code,
    barriers.barrier_name,
    barriers.program_code,
    dim_program.program_name,
    barriers.heard_unit,
    barriers.heard_count_low,
    barriers.heard_count_high,
    barriers.first_heard_period,
    barriers.last_heard_period,
    {% for step in [
        'agreed', 'under_way', 'done', 'traced', 'drafted', 'recommended', 'taken_up', 'adopted', 'implemented',
    ] %}
        cast(barriers.{{ step }}_count as integer) as {{ step }}_count,
    {% endfor %}
    programs.answering_programs,
    coalesce(barriers.heard_count_high > 0, false) and programs.settled_count = 0 as nothing_agreed,
    dim_program.is_synthetic
from {{ ref('fct_barriers') }} as barriers
inner join {{ ref('dim_program') }} as dim_program on barriers.program_code = dim_program.program_code
inner join programs on barriers.barrier_code = programs.barrier_code

select
    barriers.barrier_code,
    barriers.barrier_name,
    barriers.program_code,
    programs.program_name,
    barriers.heard_unit,
    barriers.heard_count_low,
    barriers.heard_count_high,
    cast(barriers.answered_count as integer) as answered_count,
    programs.is_synthetic
from {{ ref('fct_barriers') }} as barriers
inner join {{ ref('dim_program') }} as programs on barriers.program_code = programs.program_code

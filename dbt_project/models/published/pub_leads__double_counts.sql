select
    doubles.program_code,
    programs.program_name,
    doubles.period,
    doubles.item_kind,
    doubles.partner_code,
    doubles.partner_name,
    doubles.other_partner_code,
    doubles.other_partner_name,
    doubles.item_name,
    doubles.place_name,
    doubles.match_count,
    doubles.is_synthetic
from {{ ref('fct_double_counts') }} as doubles
inner join {{ ref('dim_program') }} as programs on doubles.program_code = programs.program_code

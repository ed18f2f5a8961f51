select
    items.program_code,
    programs.program_name,
    items.partner_code,
    items.partner_name,
    items.item_kind,
    items.item_code,
    items.item_name,
    items.place_name,
    items.country_code,
    items.barrier_names,
    items.stage_code,
    items.detail,
    items.period,
    items.is_synthetic
from {{ ref('fct_named_items') }} as items
inner join {{ ref('dim_program') }} as programs on items.program_code = programs.program_code

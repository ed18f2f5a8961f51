-- Actions, outputs and webinars are not people: their counts are shown as they are. What is only drafted, or dropped,
-- does not count.
select
    items.key_action_code,
    key_actions.label as key_action_name,
    key_actions.statement as key_action_statement,
    {% for stage in ['agreed', 'under_way', 'done'] %}
        cast(
            sum(case when items.item_kind = 'action' and items.stage_code = '{{ stage }}' then 1 else 0 end) as integer
        ) as {{ stage }}_count,
    {% endfor %}
    {% for name, kinds in [
        ('recommendations', "'recommendation'"), ('reports', "'report', 'data_set'"), ('webinars', "'webinar'"),
    ] %}
        cast(
            sum(
                case
                    when items.item_kind in ({{ kinds }}) and items.stage_code not in ('drafted', 'dropped') then 1
                    else 0
                end
            ) as integer
        ) as {{ name }}_count,
    {% endfor %}
    bool_or(programs.is_synthetic) as is_synthetic
from {{ ref('fct_key_action_items') }} as items
inner join {{ ref('ref_key_actions') }} as key_actions on items.key_action_code = key_actions.code
inner join {{ ref('dim_program') }} as programs on items.program_code = programs.program_code
group by items.key_action_code, key_actions.label, key_actions.statement

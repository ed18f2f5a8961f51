with known as (
    select
        indicators.key_action_code,
        kpi.program_code,
        kpi.indicator_code,
        indicators.indicator_name,
        indicators.unit,
        kpi.period,
        kpi.value,
        kpi.value_low,
        kpi.value_high,
        row_number() over (partition by kpi.indicator_code order by kpi.period desc) as newest_first
    from {{ ref('fct_kpi') }} as kpi
    inner join {{ ref('dim_indicator') }} as indicators on kpi.indicator_code = indicators.indicator_code
    where
        kpi.is_headline
        and kpi.value_low is not null
        and indicators.key_action_code is not null
),

serving as (
    select
        key_action_code,
        'indicator' as item_kind,
        program_code,
        cast(null as string) as partner_code,
        indicator_code as item_code,
        indicator_name as item_name,
        cast(null as string) as country_code,
        cast(null as string) as stage_code,
        cast(null as date) as stage_on,
        period,
        unit,
        value,
        value_low,
        value_high
    from known
    where newest_first = 1

    union all

    select
        key_action_code,
        item_kind,
        program_code,
        partner_code,
        item_code,
        item_name,
        country_code,
        stage_code,
        stage_on,
        period,
        cast(null as string) as unit,
        cast(null as decimal(24, 4)) as value,
        cast(null as decimal(24, 4)) as value_low,
        cast(null as decimal(24, 4)) as value_high
    from {{ ref('fct_key_action_items') }}
)

select
    serving.key_action_code,
    key_actions.label as key_action_name,
    key_actions.statement as key_action_statement,
    serving.item_kind,
    serving.program_code,
    programs.program_name,
    serving.partner_code,
    serving.item_code,
    serving.item_name,
    serving.country_code,
    serving.stage_code,
    serving.stage_on,
    serving.period,
    serving.unit,
    cast(serving.value as decimal(24, 2)) as value,
    cast(serving.value_low as decimal(24, 2)) as value_low,
    cast(serving.value_high as decimal(24, 2)) as value_high,
    programs.is_synthetic
from serving
inner join {{ ref('ref_key_actions') }} as key_actions on serving.key_action_code = key_actions.code
inner join {{ ref('dim_program') }} as programs on serving.program_code = programs.program_code

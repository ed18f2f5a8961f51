-- What partners report by key action stands in several returns: the newest one says how far it is.
with items as (
    select
        'research_policy' as program_code,
        partner_code,
        period,
        kind_code as item_kind,
        output_id as item_code,
        output_title as item_name,
        key_action_code,
        country_code,
        stage_code,
        stage_on
    from {{ ref('stg_research_policy__outputs') }}

    union all

    select
        'dialogue_events' as program_code,
        partner_code,
        period,
        'action' as item_kind,
        action_id as item_code,
        action_text as item_name,
        key_action_code,
        cast(null as string) as country_code,
        stage_code,
        coalesce(done_on, agreed_on) as stage_on
    from {{ ref('stg_dialogue_events__actions') }}

    union all

    select
        'community_of_practice' as program_code,
        partner_code,
        period,
        'webinar' as item_kind,
        concat(period, '/', webinar_id) as item_code,
        topic_name as item_name,
        key_action_code,
        cast(null as string) as country_code,
        'held' as stage_code,
        held_on as stage_on
    from {{ ref('stg_community_of_practice__webinars') }}
),

numbered as (
    select
        items.*,
        row_number() over (
            partition by program_code, partner_code, item_kind, item_code order by period desc
        ) as newest_first
    from items
)

select
    numbered.key_action_code,
    numbered.program_code,
    numbered.partner_code,
    numbered.item_kind,
    numbered.item_code,
    numbered.item_name,
    coalesce(numbered.country_code, partners.country_code) as country_code,
    numbered.stage_code,
    case when numbered.stage_code not in ('under_way', 'dropped') then numbered.stage_on end as stage_on,
    numbered.period
from numbered
inner join {{ ref('dim_partner') }} as partners
    on
        numbered.program_code = partners.program_code
        and numbered.partner_code = partners.partner_code
where
    numbered.newest_first = 1
    and numbered.key_action_code is not null

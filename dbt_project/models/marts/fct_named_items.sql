-- What partners report by name stands in several returns: the newest one says how far it is.
with items as (
    select
        'cheer' as program_code,
        partner_code,
        period,
        'solution' as item_kind,
        solution_id as item_code,
        solution_name as item_name,
        nullif(concat_ws(', ', city_name, state_code), '') as place_name,
        cast(null as string) as country_code,
        barrier_codes,
        stage_code,
        cast(null as string) as detail
    from {{ ref('stg_cheer__solutions') }}

    union all

    select
        'heal' as program_code,
        partner_code,
        period,
        'intervention' as item_kind,
        intervention_id as item_code,
        intervention_name as item_name,
        nullif(concat_ws(', ', city_name, state_code), '') as place_name,
        cast(null as string) as country_code,
        barrier_code as barrier_codes,
        stage_code,
        cast(null as string) as detail
    from {{ ref('stg_heal__interventions') }}

    union all

    select
        'awards_summit' as program_code,
        partner_code,
        period,
        'awardee' as item_kind,
        concat(award_year, '/', awardee_id) as item_code,
        organisation_name as item_name,
        cast(null as string) as place_name,
        country_code,
        cast(null as string) as barrier_codes,
        'awarded' as stage_code,
        award_year as detail
    from {{ ref('stg_awards_summit__awardees') }}

    union all

    select
        'coalition' as program_code,
        partner_code,
        period,
        'member' as item_kind,
        organisation_id as item_code,
        organisation_name as item_name,
        cast(null as string) as place_name,
        country_code,
        cast(null as string) as barrier_codes,
        case
            when left_on <= {{ quarter_end('period') }} then 'left'
            when joined_on <= {{ quarter_end('period') }} then 'member'
            else 'joining'
        end as stage_code,
        concat_ws('; ', kind_code, role_code) as detail
    from {{ ref('stg_coalition__organisations') }}
),

numbered as (
    select
        items.*,
        row_number() over (
            partition by program_code, partner_code, item_kind, item_code order by period desc
        ) as newest_first
    from items
),

newest as (
    select *
    from numbered
    where newest_first = 1
),

barriers as (
    select
        program_code,
        partner_code,
        item_kind,
        item_code,
        {{ each_code('barrier_codes') }} as barrier_code
    from newest
),

barrier_names as (
    select
        barriers.program_code,
        barriers.partner_code,
        barriers.item_kind,
        barriers.item_code,
        {{ joined_values('labels.label') }} as barrier_names
    from barriers
    inner join {{ ref('ref_barriers') }} as labels on barriers.barrier_code = labels.code
    group by barriers.program_code, barriers.partner_code, barriers.item_kind, barriers.item_code
)

select
    newest.program_code,
    newest.partner_code,
    partners.partner_name,
    newest.item_kind,
    newest.item_code,
    newest.item_name,
    newest.place_name,
    coalesce(newest.country_code, partners.country_code) as country_code,
    barrier_names.barrier_names,
    newest.stage_code,
    newest.detail,
    newest.period,
    partners.is_synthetic
from newest
inner join {{ ref('dim_partner') }} as partners
    on
        newest.program_code = partners.program_code
        and newest.partner_code = partners.partner_code
left join barrier_names
    on
        newest.program_code = barrier_names.program_code
        and newest.partner_code = barrier_names.partner_code
        and newest.item_kind = barrier_names.item_kind
        and newest.item_code = barrier_names.item_code

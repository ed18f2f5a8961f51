-- Two partners of one program who report the same person, site or organisation may count it twice. Programs that meet
-- the same people are another matter: people reached together allow for them.
with people as (
    select
        one.program_code,
        one.period,
        'person' as item_kind,
        one.partner_code,
        other.partner_code as other_partner_code,
        cast(null as string) as item_name,
        cast(null as string) as place_name,
        count(*) as match_count
    from {{ ref('int_people__unioned') }} as one
    inner join {{ ref('int_people__unioned') }} as other
        on
            one.program_code = other.program_code
            and one.period = other.period
            and one.key_name = other.key_name
            and one.person_key = other.person_key
            and one.partner_code < other.partner_code
    group by one.program_code, one.period, one.partner_code, other.partner_code
),

named as (
    select
        program_code,
        partner_code,
        period,
        item_kind,
        item_name,
        place_name,
        {{ place_key('item_name') }} as name_key,
        coalesce({{ place_key('place_name') }}, '') as place_key,
        coalesce(country_code, '') as country_key,
        coalesce(case when item_kind = 'awardee' then detail end, '') as edition_key
    from {{ ref('fct_named_items') }}
    where stage_code not in ('left', 'stopped', 'dropped')
),

items as (
    select
        one.program_code,
        greatest(one.period, other.period) as period,
        one.item_kind,
        one.partner_code,
        other.partner_code as other_partner_code,
        one.item_name,
        one.place_name,
        count(*) as match_count
    from named as one
    inner join named as other
        on
            one.program_code = other.program_code
            and one.item_kind = other.item_kind
            and one.name_key = other.name_key
            and one.place_key = other.place_key
            and one.country_key = other.country_key
            and one.edition_key = other.edition_key
            and one.partner_code < other.partner_code
    group by
        one.program_code, greatest(one.period, other.period), one.item_kind, one.partner_code, other.partner_code,
        one.item_name, one.place_name
),

combined as (
    select *
    from people
    union all
    select *
    from items
)

select
    combined.program_code,
    combined.period,
    combined.item_kind,
    combined.partner_code,
    partners.partner_name,
    combined.other_partner_code,
    others.partner_name as other_partner_name,
    combined.item_name,
    combined.place_name,
    cast(combined.match_count as integer) as match_count,
    partners.is_synthetic or others.is_synthetic as is_synthetic
from combined
inner join {{ ref('dim_partner') }} as partners
    on
        combined.program_code = partners.program_code
        and combined.partner_code = partners.partner_code
inner join {{ ref('dim_partner') }} as others
    on
        combined.program_code = others.program_code
        and combined.other_partner_code = others.partner_code

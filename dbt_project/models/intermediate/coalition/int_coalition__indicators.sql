with members as (
    select *
    from {{ ref('stg_coalition__organisations') }}
    where
        joined_on <= {{ quarter_end('period') }}
        and (left_on is null or left_on > {{ quarter_end('period') }})
),

countries_ranked as (
    select
        members.*,
        row_number() over (
            partition by partner_code, period, country_code
            order by source_sheet, source_row, organisation_id
        ) as country_row
    from members
),

-- A country counts once, however many organisations are based there.
countries as (
    select *
    from countries_ranked
    where country_row = 1
)

{{ indicator_rows(
    'coalition_organisations', 'coalition', 'organisations', 'members', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_organisations', 'coalition', 'organisations', 'members') }}

union all

{{ indicator_rows(
    'coalition_countries', 'coalition', 'organisations', 'countries', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_countries', 'coalition', 'organisations', 'members') }}

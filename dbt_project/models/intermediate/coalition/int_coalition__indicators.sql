with members as (
    select *
    from {{ ref('stg_coalition__organisations') }}
    where
        joined_on <= {{ quarter_end('period') }}
        and (left_on is null or left_on > {{ quarter_end('period') }})
),

members_ranked as (
    select
        members.*,
        row_number() over (
            partition by partner_code, period, country_code
            order by source_sheet, source_row, organisation_id
        ) as country_row,
        row_number() over (
            partition by partner_code, period, kind_code
            order by source_sheet, source_row, organisation_id
        ) as kind_row
    from members
),

-- A country counts once, however many organisations are based there.
countries as (
    select *
    from members_ranked
    where country_row = 1
),

kinds as (
    select *
    from members_ranked
    where kind_row = 1
),

nonprofits as (
    select *
    from members
    where kind_code = 'non_profit'
),

activists as (
    select *
    from members
    where kind_code = 'activist'
),

businesses as (
    select *
    from members
    where kind_code = 'business'
),

governments as (
    select *
    from members
    where kind_code = 'government'
)

{{ indicator_rows(
    'coalition_organisations', 'coalition', 'organisations', 'members', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_organisations', 'coalition', 'organisations', 'members') }}

union all

{{ indicator_rows(
    'coalition_nonprofits', 'coalition', 'organisations', 'nonprofits', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_nonprofits', 'coalition', 'organisations', 'nonprofits') }}

union all

{{ indicator_rows(
    'coalition_activists', 'coalition', 'organisations', 'activists', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_activists', 'coalition', 'organisations', 'activists') }}

union all

{{ indicator_rows(
    'coalition_businesses', 'coalition', 'organisations', 'businesses', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_businesses', 'coalition', 'organisations', 'businesses') }}

union all

{{ indicator_rows(
    'coalition_governments', 'coalition', 'organisations', 'governments', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_governments', 'coalition', 'organisations', 'governments') }}

union all

{{ indicator_rows('coalition_kinds', 'coalition', 'organisations', 'kinds', '1') }}

union all

{{ zero_rows('coalition_kinds', 'coalition', 'organisations', 'members') }}

union all

{{ indicator_rows(
    'coalition_countries', 'coalition', 'organisations', 'countries', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('coalition_countries', 'coalition', 'organisations', 'members') }}

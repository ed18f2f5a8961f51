with members as (
    select *
    from {{ ref('stg_community_of_practice__members') }}
    where
        joined_on <= {{ quarter_end('period') }}
        and (left_on is null or left_on > {{ quarter_end('period') }})
),

-- An organisation counts once, in the country of its first advocate listed.
organisations_ranked as (
    select
        members.*,
        row_number() over (
            partition by partner_code, period, lower(trim(organisation_name))
            order by source_sheet, source_row, advocate_id
        ) as organisation_row
    from members
),

organisations as (
    select *
    from organisations_ranked
    where organisation_row = 1
),

webinars as (
    select *
    from {{ ref('stg_community_of_practice__webinars') }}
)

{{ indicator_rows(
    'community_of_practice_members', 'community_of_practice', 'members', 'members', '1',
    country='mapped.country_code'
) }}

union all

{{ zero_rows('community_of_practice_members', 'community_of_practice', 'members', 'members') }}

union all

{{ indicator_rows(
    'community_of_practice_organisations', 'community_of_practice', 'members', 'organisations', '1',
    country='mapped.country_code'
) }}

union all

{{ zero_rows('community_of_practice_organisations', 'community_of_practice', 'members', 'members') }}

union all

{{ indicator_rows(
    'community_of_practice_webinars_held', 'community_of_practice', 'webinars', 'webinars', '1', as_of='held_on'
) }}

union all

{{ zero_rows('community_of_practice_webinars_held', 'community_of_practice', 'webinars', 'webinars') }}

union all

{{ indicator_rows(
    'community_of_practice_webinar_attendance', 'community_of_practice', 'webinars', 'webinars', 'attendees_count',
    low='attendees_count_low', high='attendees_count_high', as_of='held_on'
) }}

union all

{{ zero_rows('community_of_practice_webinar_attendance', 'community_of_practice', 'webinars', 'webinars') }}

union all

{{ indicator_rows(
    'community_of_practice_rated_good', 'community_of_practice', 'webinars', 'webinars', 'ratings_good_count',
    denominator='ratings_count', as_of='held_on', where='ratings_good_count is not null and ratings_count > 0'
) }}

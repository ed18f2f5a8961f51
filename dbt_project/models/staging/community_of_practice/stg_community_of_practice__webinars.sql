with source as (
    select *
    from {{ current_rows('community_of_practice', 'webinars') }}
),

renamed as (
    select
        cast(webinar_id as string) as webinar_id,
        cast(webinar_date as date) as held_on,
        cast(topic as string) as topic_name,
        cast(key_action_code as string) as key_action_code,
        cast(attendees_count as bigint) as attendees_count,
        cast(attendees_count_low as bigint) as attendees_count_low,
        cast(attendees_count_high as bigint) as attendees_count_high,
        cast(ratings_count as bigint) as ratings_count,
        cast(ratings_good_count as bigint) as ratings_good_count,
        cast(rating_average as decimal(6, 2)) as rating_average,
        cast(recommended_pct as decimal(6, 2)) as recommended_pct,
        {{ provenance() }}
    from source
)

select *
from renamed

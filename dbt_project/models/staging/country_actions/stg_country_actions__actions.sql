with source as (
    select *
    from {{ current_rows('country_actions', 'actions') }}
),

renamed as (
    select
        cast(action_id as string) as action_id,
        cast(action_name as string) as action_name,
        cast(action_kind as string) as action_kind_code,
        cast(city as string) as city_name,
        cast(held_on as date) as held_on,
        cast(training_hours as decimal(8, 2)) as training_hours,
        cast(people_trained as bigint) as people_trained_count,
        cast(people_trained_low as bigint) as people_trained_count_low,
        cast(people_trained_high as bigint) as people_trained_count_high,
        cast(opened_on as date) as opened_on,
        cast(closed_on as date) as closed_on,
        cast(active_users as bigint) as active_users_count,
        cast(active_users_low as bigint) as active_users_count_low,
        cast(active_users_high as bigint) as active_users_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

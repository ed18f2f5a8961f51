with source as (
    select *
    from {{ current_rows('cheer', 'roundtables') }}
),

renamed as (
    select
        cast(roundtable_id as string) as roundtable_id,
        cast(roundtable_date as date) as held_on,
        cast(city as string) as city_name,
        cast(state_code as string) as state_code,
        cast(attended_community as bigint) as community_count,
        cast(attended_community_low as bigint) as community_count_low,
        cast(attended_community_high as bigint) as community_count_high,
        cast(attended_healthcare as bigint) as healthcare_count,
        cast(attended_healthcare_low as bigint) as healthcare_count_low,
        cast(attended_healthcare_high as bigint) as healthcare_count_high,
        cast(attended_social_services as bigint) as social_services_count,
        cast(attended_social_services_low as bigint) as social_services_count_low,
        cast(attended_social_services_high as bigint) as social_services_count_high,
        cast(attended_policy as bigint) as policy_count,
        cast(attended_policy_low as bigint) as policy_count_low,
        cast(attended_policy_high as bigint) as policy_count_high,
        cast(attended_other as bigint) as other_count,
        cast(attended_other_low as bigint) as other_count_low,
        cast(attended_other_high as bigint) as other_count_high,
        cast(attended_total as bigint) as attended_count,
        cast(attended_total_low as bigint) as attended_count_low,
        cast(attended_total_high as bigint) as attended_count_high,
        cast(barriers_named as string) as barrier_codes,
        {{ provenance() }}
    from source
)

select *
from renamed

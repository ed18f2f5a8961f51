with source as (
    select *
    from {{ current_rows('awards_summit', 'summits') }}
),

renamed as (
    select
        cast(summit_id as string) as summit_id,
        cast(summit_date as date) as held_on,
        cast(place as string) as place_name,
        cast(host_country_code as string) as country_code,
        cast(attended_community as bigint) as attended_community_count,
        cast(attended_community_low as bigint) as attended_community_count_low,
        cast(attended_community_high as bigint) as attended_community_count_high,
        cast(attended_healthcare as bigint) as attended_healthcare_count,
        cast(attended_healthcare_low as bigint) as attended_healthcare_count_low,
        cast(attended_healthcare_high as bigint) as attended_healthcare_count_high,
        cast(attended_social_services as bigint) as attended_social_services_count,
        cast(attended_social_services_low as bigint) as attended_social_services_count_low,
        cast(attended_social_services_high as bigint) as attended_social_services_count_high,
        cast(attended_policy as bigint) as attended_policy_count,
        cast(attended_policy_low as bigint) as attended_policy_count_low,
        cast(attended_policy_high as bigint) as attended_policy_count_high,
        cast(attended_employees as bigint) as attended_employees_count,
        cast(attended_employees_low as bigint) as attended_employees_count_low,
        cast(attended_employees_high as bigint) as attended_employees_count_high,
        cast(attended_other as bigint) as attended_other_count,
        cast(attended_other_low as bigint) as attended_other_count_low,
        cast(attended_other_high as bigint) as attended_other_count_high,
        cast(attended_total as bigint) as attended_total_count,
        cast(attended_total_low as bigint) as attended_total_count_low,
        cast(attended_total_high as bigint) as attended_total_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

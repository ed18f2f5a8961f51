with source as (
    select *
    from {{ current_rows('dialogue_events', 'dialogues') }}
),

renamed as (
    select
        cast(dialogue_id as string) as dialogue_id,
        cast(dialogue_date as date) as held_on,
        cast(place as string) as place_name,
        cast(country_code as string) as country_code,
        cast(community as string) as population_group_codes,
        cast(kind as string) as kind_code,
        cast(participants_community as bigint) as community_count,
        cast(participants_community_low as bigint) as community_count_low,
        cast(participants_community_high as bigint) as community_count_high,
        cast(participants_healthcare as bigint) as healthcare_count,
        cast(participants_healthcare_low as bigint) as healthcare_count_low,
        cast(participants_healthcare_high as bigint) as healthcare_count_high,
        cast(participants_policy as bigint) as policy_count,
        cast(participants_policy_low as bigint) as policy_count_low,
        cast(participants_policy_high as bigint) as policy_count_high,
        cast(participants_industry as bigint) as industry_count,
        cast(participants_industry_low as bigint) as industry_count_low,
        cast(participants_industry_high as bigint) as industry_count_high,
        cast(participants_non_profit as bigint) as non_profit_count,
        cast(participants_non_profit_low as bigint) as non_profit_count_low,
        cast(participants_non_profit_high as bigint) as non_profit_count_high,
        cast(participants_other as bigint) as other_count,
        cast(participants_other_low as bigint) as other_count_low,
        cast(participants_other_high as bigint) as other_count_high,
        cast(participants_total as bigint) as participants_count,
        cast(participants_total_low as bigint) as participants_count_low,
        cast(participants_total_high as bigint) as participants_count_high,
        cast(stakeholders as string) as stakeholder_codes,
        cast(barriers_named as string) as barrier_codes,
        {{ provenance() }}
    from source
)

select *
from renamed

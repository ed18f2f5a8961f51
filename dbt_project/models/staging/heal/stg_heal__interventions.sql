with source as (
    select *
    from {{ current_rows('heal', 'interventions') }}
),

renamed as (
    select
        cast(intervention_id as string) as intervention_id,
        cast(intervention_name as string) as intervention_name,
        cast(city as string) as city_name,
        cast(state_code as string) as state_code,
        cast(population_groups as string) as population_group_codes,
        cast(barrier_code as string) as barrier_code,
        cast(stage as string) as stage_code,
        cast(grant_amount as decimal(18, 2)) as grant_native,
        cast(grant_currency as string) as grant_currency_code,
        cast(people_reached as bigint) as people_reached_count,
        cast(people_reached_low as bigint) as people_reached_count_low,
        cast(people_reached_high as bigint) as people_reached_count_high,
        cast(people_trained as bigint) as people_trained_count,
        cast(people_trained_low as bigint) as people_trained_count_low,
        cast(people_trained_high as bigint) as people_trained_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

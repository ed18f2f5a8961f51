with source as (
    select *
    from {{ current_rows('hemophilia_b', 'recruitment') }}
),

renamed as (
    select
        cast(population_group as string) as population_group_code,
        cast(planned_count as bigint) as planned_count,
        cast(recruited_count as bigint) as recruited_count,
        cast(recruited_count_low as bigint) as recruited_count_low,
        cast(recruited_count_high as bigint) as recruited_count_high,
        cast(recruited_to_date as bigint) as recruited_to_date_count,
        cast(recruited_to_date_low as bigint) as recruited_to_date_count_low,
        cast(recruited_to_date_high as bigint) as recruited_to_date_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

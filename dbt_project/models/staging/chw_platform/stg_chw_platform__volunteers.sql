with source as (
    select *
    from {{ current_rows('chw_platform', 'volunteers') }}
),

renamed as (
    select
        cast(business_unit as string) as business_unit_name,
        cast(volunteers_count as bigint) as volunteers_count,
        cast(volunteers_count_low as bigint) as volunteers_count_low,
        cast(volunteers_count_high as bigint) as volunteers_count_high,
        cast(first_time_count as bigint) as first_time_count,
        cast(first_time_count_low as bigint) as first_time_count_low,
        cast(first_time_count_high as bigint) as first_time_count_high,
        cast(volunteer_hours as decimal(12, 2)) as volunteer_hours,
        {{ provenance() }}
    from source
)

select *
from renamed

with source as (
    select *
    from {{ current_rows('finance', 'cofunding') }}
),

renamed as (
    select
        cast(cofunding_id as string) as cofunding_id,
        cast(funder_name as string) as funder_name,
        cast(cofunding_date as date) as cofunding_date,
        cast(program_code as string) as funded_program_code,
        cast(cofunding_amount as decimal(18, 2)) as cofunding_native,
        cast(cofunding_currency as string) as currency_code,
        cast(cofunding_kind as string) as kind_code,
        {{ provenance() }}
    from source
)

select *
from renamed

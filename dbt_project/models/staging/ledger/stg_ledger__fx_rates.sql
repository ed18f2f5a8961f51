with source as (
    select *
    from {{ source('raw', 'ledger__fx_rates') }}
),

renamed as (
    select
        cast(currency_code as string) as currency_code,
        cast(date as date) as valid_on,
        cast(rate as decimal(18, 6)) as rate,
        cast(rate_date as date) as rate_date,
        cast(source as string) as rate_source
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('raw', 'ledger__nil_returns') }}
),

renamed as (
    select
        cast(program_code as string) as program_code,
        cast(partner_code as string) as partner_code,
        cast(period as string) as period,
        cast(declared_on as date) as declared_on,
        cast(declared_by as string) as declared_by
    from source
)

select *
from renamed

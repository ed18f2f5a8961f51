with source as (
    select *
    from {{ source('raw', 'ledger__waivers') }}
),

renamed as (
    select
        cast(program_code as string) as program_code,
        cast(partner_code as string) as partner_code,
        cast(period as string) as period,
        cast(reason as string) as reason,
        cast(approved_by as string) as approved_by,
        cast(expires_on as date) as expires_on,
        cast(indicator_code as string) as indicator_code
    from source
)

select *
from renamed

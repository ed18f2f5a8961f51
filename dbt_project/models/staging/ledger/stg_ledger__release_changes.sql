with source as (
    select *
    from {{ source('raw', 'ledger__release_changes') }}
),

renamed as (
    select
        cast(release_name as string) as release_name,
        cast(program_code as string) as program_code,
        cast(partner_code as string) as partner_code,
        cast(period as string) as period
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('raw', 'ledger__releases') }}
),

renamed as (
    select
        cast(release_name as string) as release_name,
        cast(released_on as date) as released_on,
        cast(from_period as string) as from_period,
        cast(to_period as string) as to_period,
        cast(is_same_definition as boolean) as is_same_definition
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('raw', 'ledger__current_versions') }}
),

renamed as (
    select
        cast(program_code as string) as program_code,
        cast(table_name as string) as table_name,
        cast(partner_code as string) as partner_code,
        cast(period as string) as period,
        cast(submission_id as string) as submission_id,
        cast(version_number as bigint) as version_number,
        cast(is_approved as boolean) as is_approved,
        cast(state as string) as submission_state
    from source
)

select *
from renamed

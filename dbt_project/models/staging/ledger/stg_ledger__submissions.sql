with source as (
    select *
    from {{ source('raw', 'ledger__submissions') }}
),

renamed as (
    select
        cast(submission_id as string) as submission_id,
        cast(program_code as string) as program_code,
        cast(partner_code as string) as partner_code,
        cast(period as string) as period,
        cast(state as string) as submission_state,
        cast(received_at as timestamp) as received_at,
        cast(received_on as date) as received_on,
        cast(received_by as string) as received_by,
        cast(is_confirmed as boolean) as is_confirmed,
        cast(is_approved as boolean) as is_approved,
        cast(approved_by as string) as approved_by,
        cast(error_count as bigint) as error_count,
        cast(warning_count as bigint) as warning_count,
        cast(quarantined_row_count as bigint) as quarantined_row_count,
        cast(file_names as string) as file_names,
        cast(ruleset as string) as ruleset_version,
        cast(receipt as string) as receipt_code,
        cast(reason_code as string) as reason_code,
        cast(ended_reason_code as string) as ended_reason_code,
        cast(erased_row_count as bigint) as erased_row_count
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('raw', 'ledger__comments') }}
),

renamed as (
    select
        cast(comment_id as string) as comment_id,
        cast(program_code as string) as program_code,
        cast(period as string) as period,
        cast(indicator_code as string) as indicator_code,
        cast(kind as string) as comment_kind,
        cast(text as string) as comment_text,
        cast(written_by as string) as written_by,
        cast(written_at as timestamp) as written_at,
        cast(consent_scope as string) as consent_scope,
        cast(consent_expires_on as date) as consent_expires_on
    from source
)

select *
from renamed

with source as (
    select *
    from {{ current_rows('finance', 'entries') }}
),

renamed as (
    select
        cast(entry_id as string) as entry_id,
        cast(entry_type as string) as entry_type_code,
        cast(entry_date as date) as entry_date,
        cast(program_code as string) as funded_program_code,
        cast(pillar_code as string) as pillar_code,
        cast(country_code as string) as country_code,
        cast(entry_amount as decimal(18, 2)) as entry_native,
        cast(entry_currency as string) as currency_code,
        cast(entry_kind as string) as kind_code,
        cast(counts_to_goal as boolean) as counts_to_goal,
        cast(commitment_id as string) as commitment_id,
        cast(description as string) as description,
        {{ provenance() }}
    from source
)

select *
from renamed

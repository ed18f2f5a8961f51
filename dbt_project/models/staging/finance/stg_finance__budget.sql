with source as (
    select *
    from {{ current_rows('finance', 'budget') }}
),

renamed as (
    select
        cast(budget_year as integer) as budget_year,
        cast(program_code as string) as funded_program_code,
        cast(pillar_code as string) as pillar_code,
        coalesce(cast(country_code as string), 'not_split') as country_code,
        cast(budget_amount as decimal(18, 2)) as budget_native,
        cast(budget_currency as string) as currency_code,
        {{ provenance() }}
    from source
)

select *
from renamed

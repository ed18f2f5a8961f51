with programs as (
    select
        bool_or(is_synthetic) as is_synthetic,
        count(*) as program_count
    from {{ ref('dim_program') }}
)

select
    {{ as_of_date() }} as as_of,
    coalesce(is_synthetic, false) as is_synthetic,
    cast(program_count as integer) as program_count,
    concat(
        'True as of ', cast({{ as_of_date() }} as string), ', from ', cast(program_count as string), ' programs.',
        case when is_synthetic then ' All figures of sample partners are a synthetic sample.' else '' end
    ) as sentence
from programs

with source as (
    select *
    from {{ current_rows('heal', 'survey_feedback') }}
),

renamed as (
    select
        cast(population_group as string) as population_group_code,
        cast(barrier_code as string) as barrier_code,
        cast(responses_count as bigint) as responses_count,
        cast(responses_count_low as bigint) as responses_count_low,
        cast(responses_count_high as bigint) as responses_count_high,
        cast(mentions_count as bigint) as mentions_count,
        cast(mentions_count_low as bigint) as mentions_count_low,
        cast(mentions_count_high as bigint) as mentions_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

with source as (
    select *
    from {{ current_rows('first_5_minutes', 'sessions') }}
),

renamed as (
    select
        cast(session_id as string) as session_id,
        cast(session_date as date) as held_on,
        cast(session_format as string) as format_code,
        cast(state_code as string) as state_code,
        cast(clinicians_count as bigint) as clinicians_count,
        cast(clinicians_count_low as bigint) as clinicians_count_low,
        cast(clinicians_count_high as bigint) as clinicians_count_high,
        cast(first_time_count as bigint) as first_time_count,
        cast(first_time_count_low as bigint) as first_time_count_low,
        cast(first_time_count_high as bigint) as first_time_count_high,
        cast(before_answered_count as bigint) as before_answered_count,
        cast(before_answered_count_low as bigint) as before_answered_count_low,
        cast(before_answered_count_high as bigint) as before_answered_count_high,
        cast(before_confident_count as bigint) as before_confident_count,
        cast(before_confident_count_low as bigint) as before_confident_count_low,
        cast(before_confident_count_high as bigint) as before_confident_count_high,
        cast(after_answered_count as bigint) as after_answered_count,
        cast(after_answered_count_low as bigint) as after_answered_count_low,
        cast(after_answered_count_high as bigint) as after_answered_count_high,
        cast(after_confident_count as bigint) as after_confident_count,
        cast(after_confident_count_low as bigint) as after_confident_count_low,
        cast(after_confident_count_high as bigint) as after_confident_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('steps', 'disclosure') }}
),

renamed as (
    select
        cast(figure_id as string) as figure_id,
        cast(is_shown as boolean) as is_shown,
        cast(suppression_reason as string) as suppression_reason,
        cast(is_attribute as boolean) as is_attribute,
        cast(is_told_small as boolean) as is_told_small,
        cast(shown_low as bigint) as shown_low,
        cast(shown_high as bigint) as shown_high,
        cast(kept_from as string) as kept_from,
        cast(anchor_low as bigint) as anchor_low,
        cast(anchor_high as bigint) as anchor_high
    from source
)

select *
from renamed

-- What the disclosure step decided, for the published tables to read.
select
    figure_id,
    is_shown,
    suppression_reason,
    is_attribute,
    is_told_small,
    shown_low,
    shown_high,
    kept_from,
    anchor_low,
    anchor_high
from {{ ref('stg_steps__disclosure') }}

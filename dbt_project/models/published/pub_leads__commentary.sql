select
    program_code,
    program_name,
    period,
    comment_id,
    indicator_code,
    comment_kind,
    comment_text,
    written_by,
    cast(written_at as date) as written_on,
    consent_scope,
    consent_expires_on,
    is_synthetic
from {{ ref('fct_commentary') }}

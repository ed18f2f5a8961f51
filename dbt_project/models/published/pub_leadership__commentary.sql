-- Only what its writer, or the person a story is about, agreed to show to everyone. Whose account signed it stays in.
select
    program_code,
    program_name,
    period,
    comment_id,
    indicator_code,
    comment_kind,
    comment_text,
    cast(written_at as date) as written_on,
    consent_expires_on,
    is_synthetic
from {{ ref('fct_commentary') }}
where consent_scope = 'public'

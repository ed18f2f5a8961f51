-- A story is told while the consent of the person it is about holds, and not a day longer.
select
    comments.comment_id,
    comments.program_code,
    programs.program_name,
    comments.period,
    comments.indicator_code,
    comments.comment_kind,
    comments.comment_text,
    comments.written_by,
    comments.written_at,
    comments.consent_scope,
    comments.consent_expires_on,
    programs.is_synthetic
from {{ ref('stg_ledger__comments') }} as comments
inner join {{ ref('dim_program') }} as programs on comments.program_code = programs.program_code
where
    comments.consent_expires_on is null
    or comments.consent_expires_on >= {{ as_of_date() }}

select
    obligations.program_code,
    programs.program_name,
    obligations.partner_code,
    obligations.partner_name,
    obligations.period,
    obligations.obligation_state,
    obligations.due_date,
    obligations.received_on,
    obligations.is_late,
    obligations.submission_id,
    cast(obligations.version_number as integer) as version_number,
    obligations.submission_state,
    obligations.data_status,
    obligations.footnote,
    obligations.is_synthetic
from {{ ref('fct_obligations') }} as obligations
inner join {{ ref('dim_program') }} as programs on obligations.program_code = programs.program_code

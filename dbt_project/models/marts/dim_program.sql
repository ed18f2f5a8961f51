with partners as (
    select
        program_code,
        bool_or(is_synthetic) as is_synthetic,
        count(*) as partner_count,
        min({{ quarter_index('since') }}) as first_period_index
    from {{ ref('partners') }}
    group by program_code
)

select
    programs.program_code,
    programs.title as program_name,
    programs.reported_by,
    programs.period_kind,
    programs.deadline_days,
    programs.owner as owner_name,
    programs.purpose,
    programs.limitations,
    partners.first_period_index,
    coalesce(partners.partner_count, 0) as partner_count,
    coalesce(partners.is_synthetic, false) as is_synthetic
from {{ ref('programs') }} as programs
left join partners on programs.program_code = partners.program_code

-- Each quarter is compared with the newest release that covers it. "total" is all programs that reach people.
with spans as (
    select
        program_code,
        period,
        span,
        min(from_index) as from_index,
        max(to_index) as to_index
    from {{ ref('int_spans__spined') }}
    group by program_code, period, span
),

compared as (
    select
        spans.program_code,
        spans.period,
        spans.span,
        releases.release_name,
        releases.is_same_definition,
        count(changes.partner_code) as changed_count
    from spans
    inner join {{ ref('stg_ledger__releases') }} as releases
        on
            spans.period >= releases.from_period
            and spans.period <= releases.to_period
    left join {{ ref('stg_ledger__release_changes') }} as changes
        on
            releases.release_name = changes.release_name
            and spans.program_code = changes.program_code
            and {{ quarter_index('changes.period') }} between spans.from_index and spans.to_index
    group by spans.program_code, spans.period, spans.span, releases.release_name, releases.is_same_definition
),

reaching as (
    select distinct program_code
    from {{ ref('dim_indicator') }}
    where kind = 'reach'
),

together as (
    select
        'total' as program_code,
        compared.period,
        compared.span,
        compared.release_name,
        compared.is_same_definition,
        sum(compared.changed_count) as changed_count
    from compared
    inner join reaching on compared.program_code = reaching.program_code
    where compared.span = 'since_start'
    group by compared.period, compared.span, compared.release_name, compared.is_same_definition
),

combined as (
    select *
    from compared
    union all
    select *
    from together
)

select
    program_code,
    period,
    span,
    release_name,
    cast(changed_count as bigint) as changed_count,
    is_same_definition and changed_count = 0 as is_unchanged
from combined

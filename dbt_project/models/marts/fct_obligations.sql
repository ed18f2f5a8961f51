with obligations as (
    select
        partners.program_code,
        partners.partner_code,
        partners.partner_name,
        partners.country_code,
        partners.is_synthetic,
        periods.period,
        periods.period_index,
        periods.is_ended,
        {{ add_days('periods.period_end_date', 'programs.deadline_days') }} as due_date
    from {{ ref('dim_partner') }} as partners
    inner join {{ ref('dim_program') }} as programs on partners.program_code = programs.program_code
    inner join {{ ref('dim_period') }} as periods
        on
            periods.is_started
            and partners.first_period_index <= periods.period_index
            and coalesce(partners.last_period_index, periods.period_index) >= periods.period_index
            and (
                programs.period_kind = 'quarter'
                or (programs.period_kind = 'year' and periods.period_quarter = 4)
                or (programs.period_kind = 'wave' and partners.wave_periods like concat('%', periods.period, '%'))
            )
),

-- Tables of one return can come from different submissions: the return is approved when all are.
versions as (
    select
        program_code,
        partner_code,
        period,
        max(version_number) as version_number,
        bool_and(is_approved) as is_approved
    from {{ ref('stg_ledger__current_versions') }}
    group by program_code, partner_code, period
),

counting_submissions as (
    select distinct
        program_code,
        partner_code,
        period,
        submission_id
    from {{ ref('stg_ledger__current_versions') }}
),

ranked_submissions as (
    select
        submissions.program_code,
        submissions.partner_code,
        submissions.period,
        submissions.submission_id,
        submissions.submission_state,
        submissions.quarantined_row_count,
        counting.submission_id is not null as is_counting,
        row_number() over (
            partition by submissions.program_code, submissions.partner_code, submissions.period
            order by
                case when counting.submission_id is not null then 0 else 1 end,
                submissions.received_at desc,
                submissions.submission_id desc
        ) as newest_first
    from {{ ref('stg_ledger__submissions') }} as submissions
    left join counting_submissions as counting on submissions.submission_id = counting.submission_id
),

-- The day the obligation was met is that of the first accepted return, not of its corrections.
first_accepted as (
    select
        program_code,
        partner_code,
        period,
        min(received_on) as received_on
    from {{ ref('stg_ledger__submissions') }}
    where submission_state in ('accepted', 'accepted_with_warnings', 'partially_accepted')
    group by program_code, partner_code, period
),

nil_returns as (
    select
        program_code,
        partner_code,
        period,
        min(declared_on) as declared_on
    from {{ ref('stg_ledger__nil_returns') }}
    group by program_code, partner_code, period
),

waivers as (
    select
        program_code,
        partner_code,
        period,
        min(concat(reason, ' (agreed by ', approved_by, ')')) as waiver_reason
    from {{ ref('stg_ledger__waivers') }}
    where
        indicator_code is null
        and (expires_on is null or expires_on >= {{ as_of_date() }})
    group by program_code, partner_code, period
),

joined as (
    select
        obligations.*,
        submissions.submission_id,
        submissions.submission_state,
        submissions.quarantined_row_count,
        versions.version_number,
        versions.is_approved,
        waivers.waiver_reason,
        releases.release_name is not null and releases.is_same_definition and changes.period is null as is_released,
        case
            when versions.version_number is not null then 'reported'
            when nil_returns.declared_on is not null then 'confirmed_zero'
            when waivers.waiver_reason is not null then 'excused'
            when not obligations.is_ended then 'not_due'
            when obligations.due_date >= {{ as_of_date() }} then 'due'
            else 'missing'
        end as obligation_state,
        case
            when versions.version_number is not null then first_accepted.received_on
            else nil_returns.declared_on
        end as received_on
    from obligations
    left join versions
        on
            obligations.program_code = versions.program_code
            and obligations.partner_code = versions.partner_code
            and obligations.period = versions.period
    left join ranked_submissions as submissions
        on
            obligations.program_code = submissions.program_code
            and obligations.partner_code = submissions.partner_code
            and obligations.period = submissions.period
            and submissions.newest_first = 1
    left join first_accepted
        on
            obligations.program_code = first_accepted.program_code
            and obligations.partner_code = first_accepted.partner_code
            and obligations.period = first_accepted.period
    left join nil_returns
        on
            obligations.program_code = nil_returns.program_code
            and obligations.partner_code = nil_returns.partner_code
            and obligations.period = nil_returns.period
    left join waivers
        on
            obligations.program_code = waivers.program_code
            and obligations.partner_code = waivers.partner_code
            and obligations.period = waivers.period
    left join {{ ref('stg_ledger__releases') }} as releases
        on
            obligations.period >= releases.from_period
            and obligations.period <= releases.to_period
    left join {{ ref('stg_ledger__release_changes') }} as changes
        on
            releases.release_name = changes.release_name
            and obligations.program_code = changes.program_code
            and obligations.partner_code = changes.partner_code
            and obligations.period = changes.period
)

select
    program_code,
    partner_code,
    partner_name,
    country_code,
    period,
    period_index,
    is_ended,
    obligation_state,
    due_date,
    received_on,
    submission_id,
    version_number,
    submission_state,
    quarantined_row_count,
    waiver_reason,
    is_synthetic,
    obligation_state in ('reported', 'confirmed_zero') as is_met,
    obligation_state <> 'excused' as is_owed,
    coalesce(received_on > due_date, obligation_state = 'missing') as is_late,
    case
        when is_released and (obligation_state = 'confirmed_zero' or (obligation_state = 'reported' and is_approved))
            then 'released'
        when obligation_state = 'reported' and is_approved then 'approved'
        when obligation_state = 'reported' then 'provisional'
        when obligation_state = 'confirmed_zero' then 'approved'
        else 'no_data'
    end as data_status,
    nullif(
        concat_ws(
            '; ',
            case when obligation_state = 'excused' then concat('Excused: ', waiver_reason) end,
            case
                when received_on > due_date
                    then concat('Days late: ', cast({{ days_between('due_date', 'received_on') }} as string))
            end,
            case
                when obligation_state = 'reported' and submission_state = 'partially_accepted'
                    then concat('Rows set aside: ', cast(quarantined_row_count as string))
            end,
            case
                when obligation_state = 'reported' and version_number > 1
                    then concat('Corrected, version ', cast(version_number as string))
            end
        ),
        ''
    ) as footnote
from joined

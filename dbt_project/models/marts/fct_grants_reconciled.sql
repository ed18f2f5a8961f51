-- Grants that programs report as passed on are compared with the ledger's payments and never added to them.
with reported as (
    select
        reported.program_code,
        reported.period,
        sum(reported.value_low) as reported_eur
    from {{ ref('fct_indicator_values') }} as reported
    inner join {{ ref('dim_indicator') }} as indicators on reported.indicator_code = indicators.indicator_code
    where
        indicators.level = 'input'
        and indicators.unit = 'EUR'
        and indicators.kind = 'flow'
        and indicators.program_code <> 'finance'
    group by reported.program_code, reported.period
),

granting_programs as (
    select distinct program_code
    from reported
),

paid as (
    select
        entries.funded_program_code as program_code,
        entries.period,
        sum(entries.paid_eur) as paid_eur
    from {{ ref('fct_investment_entries') }} as entries
    inner join granting_programs on entries.funded_program_code = granting_programs.program_code
    -- A grant is cash passed on; time, goods and management cost spent on the program are not.
    where
        entries.entry_type_code = 'payment'
        and entries.kind_code = 'cash'
    group by entries.funded_program_code, entries.period
),

combined as (
    select
        coalesce(reported.program_code, paid.program_code) as program_code,
        coalesce(reported.period, paid.period) as period,
        reported.reported_eur,
        paid.paid_eur
    from reported
    full outer join paid
        on
            reported.program_code = paid.program_code
            and reported.period = paid.period
)

select
    combined.program_code,
    programs.program_name,
    combined.period,
    programs.is_synthetic,
    cast(combined.reported_eur as decimal(18, 2)) as reported_eur,
    cast(combined.paid_eur as decimal(18, 2)) as paid_eur,
    cast(combined.reported_eur - combined.paid_eur as decimal(18, 2)) as difference_eur,
    case
        -- Nothing reported and nothing paid is no difference, whichever of the two says so.
        when coalesce(combined.reported_eur, 0) = 0 and coalesce(combined.paid_eur, 0) = 0 then 'agrees'
        when combined.reported_eur is null then 'only_paid'
        when combined.paid_eur is null then 'only_reported'
        -- Two per cent: programs convert at the quarter's last rate, the ledger at each payment's.
        when
            abs(combined.reported_eur - combined.paid_eur)
            <= 0.02 * greatest(abs(combined.reported_eur), abs(combined.paid_eur))
            then 'agrees'
        when combined.reported_eur > combined.paid_eur then 'more_reported'
        else 'more_paid'
    end as reconciliation_status
from combined
inner join {{ ref('dim_program') }} as programs on combined.program_code = programs.program_code

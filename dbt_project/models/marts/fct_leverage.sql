with amounts as (
    select
        funded_program_code,
        funded_program_name,
        paid_eur,
        0 as cofunding_eur,
        is_synthetic
    from {{ ref('fct_investment_entries') }}
    where
        counts_to_goal
        and entry_type_code = 'payment'
    union all
    select
        cofunding.funded_program_code,
        cofunding.funded_program_name,
        0 as paid_eur,
        cofunding.cofunding_eur,
        cofunding.is_synthetic
    from {{ ref('fct_cofunding_entries') }} as cofunding
    inner join {{ ref('dim_period') }} as periods on cofunding.period = periods.period
    where periods.is_ended
),

scoped as (
    select
        'total' as program_code,
        'All programs' as program_name,
        paid_eur,
        cofunding_eur,
        is_synthetic
    from amounts
    union all
    select
        funded_program_code as program_code,
        funded_program_name as program_name,
        paid_eur,
        cofunding_eur,
        is_synthetic
    from amounts
),

summed as (
    select
        program_code,
        program_name,
        sum(paid_eur) as paid_eur,
        sum(cofunding_eur) as cofunding_eur,
        bool_or(is_synthetic) as is_synthetic
    from scoped
    group by program_code, program_name
),

last_period as (
    select max(period) as period
    from {{ ref('dim_period') }}
    where is_ended
),

ledger as (
    select
        kpi.period,
        kpi.coverage_met,
        kpi.coverage_due,
        kpi.data_status
    from {{ ref('fct_kpi') }} as kpi
    inner join last_period on kpi.period = last_period.period
    where
        kpi.indicator_code = 'eur_paid_to_goal'
        and kpi.span = 'since_start'
)

select
    summed.program_code,
    summed.program_name,
    ledger.period,
    cast(summed.paid_eur as decimal(18, 2)) as paid_eur,
    cast(summed.cofunding_eur as decimal(18, 2)) as cofunding_eur,
    cast(
        case
            when summed.paid_eur > 0
                then cast(
                    round(cast(summed.cofunding_eur as double) / cast(summed.paid_eur as double), 10)
                    as decimal(20, 10)
                )
        end as decimal(18, 4)
    ) as leverage,
    cast(coalesce(ledger.coverage_met, 0) as integer) as coverage_met,
    cast(coalesce(ledger.coverage_due, 0) as integer) as coverage_due,
    coalesce(ledger.data_status, 'no_data') as data_status,
    nullif(
        concat_ws(
            '; ',
            case
                when summed.paid_eur <= 0 then 'Nothing paid towards the goal: there is no co-funding per euro paid'
            end,
            case
                when ledger.coverage_met < ledger.coverage_due
                    then concat(
                        cast(ledger.coverage_due - ledger.coverage_met as string), ' of ',
                        cast(ledger.coverage_due as string), ' returns of the ledger missing'
                    )
            end
        ), ''
    ) as footnote,
    summed.is_synthetic
from summed
left join ledger on ledger.period is not null

with last_period as (
    select max(period) as period
    from {{ ref('dim_period') }}
    where is_ended
),

-- All that was paid to a program, whether it counts to the goal or not.
paid as (
    select
        funded_program_code,
        sum(paid_eur) as paid_eur
    from {{ ref('fct_investment_entries') }}
    where entry_type_code = 'payment'
    group by funded_program_code
),

ledger as (
    select
        kpi.coverage_met as ledger_met,
        kpi.coverage_due as ledger_due
    from {{ ref('fct_kpi') }} as kpi
    inner join last_period on kpi.period = last_period.period
    where
        kpi.indicator_code = 'eur_paid_to_goal'
        and kpi.span = 'since_start'
),

measured as (
    select
        kpi.program_code,
        indicators.program_name,
        kpi.indicator_code,
        indicators.indicator_name,
        indicators.unit,
        kpi.kind,
        indicators.level,
        kpi.period,
        paid.paid_eur,
        kpi.value_low,
        kpi.value_high,
        kpi.coverage_met,
        kpi.coverage_due,
        kpi.blank_count,
        kpi.data_status,
        kpi.is_synthetic,
        coalesce(ledger.ledger_met, 0) as ledger_met,
        coalesce(ledger.ledger_due, 0) as ledger_due
    from {{ ref('fct_kpi') }} as kpi
    inner join last_period on kpi.period = last_period.period
    inner join {{ ref('dim_indicator') }} as indicators on kpi.indicator_code = indicators.indicator_code
    left join paid on kpi.program_code = paid.funded_program_code
    left join ledger on ledger.ledger_due is not null
    where
        kpi.is_headline
        and (kpi.kind = 'reach' or (indicators.level in ('outcome', 'impact') and kpi.kind in ('flow', 'stock')))
),

-- A cost over a part of what was reached, or over what may be nothing, would be a wrong one.
refused as (
    select
        measured.*,
        case
            when paid_eur is null or paid_eur <= 0 then 'Refused: the ledger shows no payment to the program'
            when ledger_met < ledger_due or ledger_due = 0
                then concat(
                    'Refused: ', cast(ledger_due - ledger_met as string), ' of ', cast(ledger_due as string),
                    ' returns of the ledger missing'
                )
            when coverage_met < coverage_due or coverage_due = 0
                then concat(
                    'Refused: ', cast(coverage_due - coverage_met as string), ' of ', cast(coverage_due as string),
                    ' returns missing'
                )
            when value_low is null then 'Refused: no data'
            when blank_count > 0
                then concat('Refused: returns without this figure: ', cast(blank_count as string))
            when value_high <= 0 then 'Refused: the number is zero'
            when value_low <= 0 then 'Refused: the number may be zero'
        end as refusal
    from measured
)

select
    program_code,
    program_name,
    indicator_code,
    indicator_name,
    unit,
    kind,
    level,
    period,
    cast(paid_eur as decimal(18, 2)) as paid_eur,
    cast(value_low as decimal(24, 2)) as value_low,
    cast(value_high as decimal(24, 2)) as value_high,
    {% for cost, bound in [('cost_low_eur', 'value_high'), ('cost_high_eur', 'value_low')] %}
        cast(
            case
                when refusal is null
                    then cast(
                        round(cast(paid_eur as double) / cast({{ bound }} as double), 6) as decimal(24, 6)
                    )
            end as decimal(18, 2)
        ) as {{ cost }},
    {% endfor %}
    cast(coverage_met as integer) as coverage_met,
    cast(coverage_due as integer) as coverage_due,
    data_status,
    refusal as footnote,
    is_synthetic
from refused

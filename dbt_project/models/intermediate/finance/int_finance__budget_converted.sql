-- The newest return's rows replace all earlier ones of the year, program and pillar, however either was split.
with ranked as (
    select
        budget.*,
        rank() over (
            partition by partner_code, budget_year, funded_program_code, pillar_code order by period desc
        ) as newest_first
    from {{ ref('stg_finance__budget') }} as budget
)

select
    budget.budget_year,
    budget.funded_program_code,
    budget.pillar_code,
    budget.country_code,
    budget.budget_native,
    budget.currency_code,
    budget.submission_id,
    budget.partner_code,
    budget.period,
    budget.source_file,
    budget.source_sheet,
    budget.source_row,
    {{ quarter_end('budget.period') }} as budget_date,
    case when budget.currency_code = 'EUR' then cast(1 as decimal(18, 6)) else rates.rate end as rate,
    case when budget.currency_code = 'EUR' then {{ quarter_end('budget.period') }} else rates.rate_date end
        as rate_date,
    {{ amount_in_eur('budget.budget_native', 'budget.currency_code', 'rates.rate') }} as budget_eur
from ranked as budget
left join {{ ref('stg_ledger__fx_rates') }} as rates
    on
        budget.currency_code = rates.currency_code
        and rates.valid_on = {{ quarter_end('budget.period') }}
where budget.newest_first = 1

select
    cofunding.cofunding_id,
    cofunding.funder_name,
    cofunding.cofunding_date,
    cofunding.funded_program_code,
    cofunding.kind_code,
    cofunding.cofunding_native,
    cofunding.currency_code,
    cofunding.submission_id,
    cofunding.partner_code,
    cofunding.period,
    cofunding.source_file,
    cofunding.source_sheet,
    cofunding.source_row,
    case when cofunding.currency_code = 'EUR' then cast(1 as decimal(18, 6)) else rates.rate end as rate,
    case when cofunding.currency_code = 'EUR' then cofunding.cofunding_date else rates.rate_date end as rate_date,
    {{ amount_in_eur('cofunding.cofunding_native', 'cofunding.currency_code', 'rates.rate') }} as cofunding_eur
from {{ ref('stg_finance__cofunding') }} as cofunding
left join {{ ref('stg_ledger__fx_rates') }} as rates
    on
        cofunding.currency_code = rates.currency_code
        and cofunding.cofunding_date = rates.valid_on

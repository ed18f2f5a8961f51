select
    entries.entry_id,
    entries.entry_type_code,
    entries.entry_date,
    entries.funded_program_code,
    entries.pillar_code,
    entries.country_code,
    entries.kind_code,
    entries.counts_to_goal,
    entries.commitment_id,
    entries.description,
    entries.entry_native,
    entries.currency_code,
    entries.submission_id,
    entries.partner_code,
    entries.period,
    entries.source_file,
    entries.source_sheet,
    entries.source_row,
    case when entries.currency_code = 'EUR' then cast(1 as decimal(18, 6)) else rates.rate end as rate,
    case when entries.currency_code = 'EUR' then entries.entry_date else rates.rate_date end as rate_date,
    {{ amount_in_eur('entries.entry_native', 'entries.currency_code', 'rates.rate') }} as entry_eur
from {{ ref('stg_finance__entries') }} as entries
left join {{ ref('stg_ledger__fx_rates') }} as rates
    on
        entries.currency_code = rates.currency_code
        and entries.entry_date = rates.valid_on

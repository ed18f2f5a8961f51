select
    cofunding.cofunding_id,
    cofunding.funder_name,
    cofunding.cofunding_date,
    cofunding.funded_program_code,
    coalesce(funded.label, cofunding.funded_program_code) as funded_program_name,
    cofunding.kind_code,
    cofunding.cofunding_native,
    cofunding.currency_code,
    cofunding.rate,
    cofunding.rate_date,
    cofunding.cofunding_eur,
    cofunding.partner_code,
    cofunding.period,
    cofunding.submission_id,
    cofunding.source_sheet,
    cofunding.source_row,
    cast(extract(year from cofunding.cofunding_date) as integer) as cofunding_year,
    coalesce(partners.is_synthetic, false) as is_synthetic
from {{ ref('int_finance__cofunding_converted') }} as cofunding
left join {{ ref('ref_programs_funded') }} as funded on cofunding.funded_program_code = funded.code
left join {{ ref('dim_partner') }} as partners
    on
        cofunding.partner_code = partners.partner_code
        and partners.program_code = 'finance'

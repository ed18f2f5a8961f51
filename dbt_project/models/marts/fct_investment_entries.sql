-- As everywhere, only quarters that have ended: a later return is not yet part of the picture.
with entries as (
    select
        entry_id,
        entry_type_code,
        entry_date,
        extract(year from entry_date) as entry_year,
        funded_program_code,
        pillar_code,
        country_code,
        kind_code,
        counts_to_goal,
        commitment_id,
        description,
        entry_native,
        currency_code,
        rate,
        rate_date,
        entry_eur,
        partner_code,
        period,
        submission_id,
        source_sheet,
        source_row
    from {{ ref('int_finance__entries_converted') }}
    where {{ quarter_end('period') }} < {{ as_of_date() }}

    union all

    -- The budget is the plan for the goal; it is split by country where it names one, and never by kind.
    select
        concat(
            'budget ', cast(budget_year as string), ' ', funded_program_code, ' ', pillar_code,
            case when country_code = 'not_split' then '' else concat(' ', country_code) end
        ) as entry_id,
        'budget' as entry_type_code,
        budget_date as entry_date,
        budget_year as entry_year,
        funded_program_code,
        pillar_code,
        country_code,
        'not_split' as kind_code,
        true as counts_to_goal,
        cast(null as string) as commitment_id,
        cast(null as string) as description,
        budget_native as entry_native,
        currency_code,
        rate,
        rate_date,
        budget_eur as entry_eur,
        partner_code,
        period,
        submission_id,
        source_sheet,
        source_row
    from {{ ref('int_finance__budget_converted') }}
    where {{ quarter_end('period') }} < {{ as_of_date() }}
)

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
    entries.rate,
    entries.rate_date,
    entries.entry_eur,
    entries.partner_code,
    entries.period,
    entries.submission_id,
    entries.source_sheet,
    entries.source_row,
    cast(entries.entry_year as integer) as entry_year,
    coalesce(funded.label, entries.funded_program_code) as funded_program_name,
    coalesce(pillars.label, entries.pillar_code) as pillar_name,
    case
        when entries.country_code = 'not_split' then 'Not split by country'
        else coalesce(countries.label, entries.country_code)
    end as country_name,
    case entries.kind_code
        when 'cash' then 'Cash'
        when 'in_kind' then 'In kind'
        when 'time' then 'Time'
        when 'management_cost' then 'Management cost'
        when 'not_split' then 'Not split by kind'
        else entries.kind_code
    end as kind_name,
    coalesce(partners.is_synthetic, false) as is_synthetic,
    case when entries.entry_type_code = 'budget' then entries.entry_eur else 0 end as budget_eur,
    case when entries.entry_type_code = 'commitment' then entries.entry_eur else 0 end as committed_eur,
    case when entries.entry_type_code = 'payment' then entries.entry_eur else 0 end as paid_eur
from entries
left join {{ ref('ref_programs_funded') }} as funded on entries.funded_program_code = funded.code
left join {{ ref('ref_pillars') }} as pillars on entries.pillar_code = pillars.code
left join {{ ref('ref_countries') }} as countries on entries.country_code = countries.code
left join {{ ref('dim_partner') }} as partners
    on
        entries.partner_code = partners.partner_code
        and partners.program_code = 'finance'

with awardees as (
    select
        awardees.*,
        {{ amount_in_eur('award_native', 'award_currency_code', 'rates.rate') }} as award_eur,
        row_number() over (
            partition by awardees.partner_code, awardees.awardee_id, awardees.award_year
            order by awardees.period
        ) as listed,
        row_number() over (
            partition by
                awardees.partner_code, awardees.awardee_id, awardees.award_year, awardees.award_native is null
            order by awardees.period
        ) as listed_with_amount
    from {{ ref('stg_awards_summit__awardees') }} as awardees
    left join {{ ref('stg_ledger__fx_rates') }} as rates
        on
            awardees.award_currency_code = rates.currency_code
            and rates.valid_on = {{ quarter_end('awardees.period') }}
),

-- The list of awards is sent again each quarter: each counts when a return first says so.
awarded as (
    select *
    from awardees
    where listed = 1
),

paid as (
    select *
    from awardees
    where
        award_native is not null
        and listed_with_amount = 1
),

-- No new amount is a zero where the return gives amounts at all; a list without any says nothing about money.
paid_or_blank as (
    select
        partner_code,
        period
    from paid
    union all
    select
        partner_code,
        period
    from awardees
    group by partner_code, period
    having count(award_native) = 0
),

summits as (
    select *
    from {{ ref('stg_awards_summit__summits') }}
)

{{ indicator_rows(
    'awards_summit_awardees', 'awards_summit', 'awardees', 'awarded', '1', country='mapped.country_code'
) }}

union all

{{ zero_rows('awards_summit_awardees', 'awards_summit', 'awardees', 'awarded') }}

union all

{{ indicator_rows(
    'awards_summit_awards_reported', 'awards_summit', 'awardees', 'paid', 'award_eur', country='mapped.country_code'
) }}

union all

{{ zero_rows('awards_summit_awards_reported', 'awards_summit', 'awardees', 'paid_or_blank') }}

union all

{{ indicator_rows(
    'awards_summit_summits_held', 'awards_summit', 'summits', 'summits', '1',
    country='mapped.country_code', place='place_name', as_of='held_on'
) }}

union all

-- A return without the list of summits says that there was none: the contract tells partners to leave it out then.
{{ zero_rows('awards_summit_summits_held', 'awards_summit', 'awardees', 'summits') }}

union all

{{ indicator_rows(
    'awards_summit_attendance', 'awards_summit', 'summits', 'summits', 'attended_total_count',
    low='attended_total_count_low', high='attended_total_count_high',
    country='mapped.country_code', place='place_name', as_of='held_on'
) }}

union all

{{ zero_rows('awards_summit_attendance', 'awards_summit', 'awardees', 'summits') }}

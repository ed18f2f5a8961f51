with payments as (
    select *
    from {{ ref('int_finance__entries_converted') }}
    where
        counts_to_goal
        and entry_type_code = 'payment'
),

commitments as (
    select *
    from {{ ref('int_finance__entries_converted') }}
    where
        counts_to_goal
        and entry_type_code = 'commitment'
),

cofunding as (
    select *
    from {{ ref('int_finance__cofunding_converted') }}
)

{{ indicator_rows(
    'eur_paid_to_goal', 'finance', 'entries', 'payments', 'entry_eur',
    country='mapped.country_code', as_of='entry_date', where='entry_native is not null'
) }}

union all

{{ zero_rows('eur_paid_to_goal', 'finance', 'entries', 'payments') }}

union all

{{ indicator_rows(
    'eur_committed_to_goal', 'finance', 'entries', 'commitments', 'entry_eur',
    country='mapped.country_code', as_of='entry_date', where='entry_native is not null'
) }}

union all

{{ zero_rows('eur_committed_to_goal', 'finance', 'entries', 'commitments') }}

union all

{{ indicator_rows(
    'eur_cofunding', 'finance', 'cofunding', 'cofunding', 'cofunding_eur', as_of='cofunding_date',
    where='cofunding_native is not null'
) }}

union all

{{ zero_rows('eur_cofunding', 'finance', 'cofunding', 'cofunding') }}

union all

{{ indicator_rows(
    'eur_cash_share', 'finance', 'entries', 'payments',
    "case when kind_code = 'cash' then entry_eur else 0 end", denominator='entry_eur',
    country='mapped.country_code', as_of='entry_date', where='entry_native is not null'
) }}

with scholars as (
    select
        scholars.*,
        status_on <= {{ quarter_end('period') }} as has_status,
        internship_started_on <= {{ quarter_end('period') }} as has_internship
    from {{ ref('stg_nextgen_scholarships__scholars') }} as scholars
    where awarded_on <= {{ quarter_end('period') }}
),

scholars_ranked as (
    select
        scholars.*,
        row_number() over (
            partition by partner_code, scholar_id
            order by period
        ) as listed,
        row_number() over (
            partition by partner_code, scholar_id, status_code, has_status
            order by period
        ) as listed_with_status,
        row_number() over (
            partition by
                partner_code,
                scholar_id,
                has_internship,
                extract(year from internship_started_on),
                extract(quarter from internship_started_on)
            order by period
        ) as listed_with_internship
    from scholars
),

-- Universities learn of some awards, degrees and internships late: each counts when a return first says so.
awarded as (
    select *
    from scholars_ranked
    where listed = 1
),

graduated as (
    select *
    from scholars_ranked
    where
        status_code = 'graduated'
        and has_status
        and listed_with_status = 1
),

internships as (
    select *
    from scholars_ranked
    where
        has_internship
        and listed_with_internship = 1
),

active as (
    select *
    from scholars
    where status_code = 'active'
),

active_ranked as (
    select
        active.*,
        row_number() over (
            partition by partner_code, period, lower(trim(university_name))
            order by source_sheet, source_row, scholar_id
        ) as university_row
    from active
),

-- A university counts once, however many scholars it has.
universities as (
    select *
    from active_ranked
    where university_row = 1
),

awards as (
    select
        scholars.*,
        {{ amount_in_eur('award_native', 'award_currency_code', 'rates.rate') }} as award_eur
    from {{ ref('stg_nextgen_scholarships__scholars') }} as scholars
    left join {{ ref('stg_ledger__fx_rates') }} as rates
        on
            scholars.award_currency_code = rates.currency_code
            and rates.valid_on = {{ quarter_end('scholars.period') }}
)

{{ indicator_rows(
    'nextgen_scholarships_scholars_awarded', 'nextgen_scholarships', 'scholars', 'awarded', '1',
    country='mapped.country_code', as_of='awarded_on'
) }}

union all

{{ zero_rows('nextgen_scholarships_scholars_awarded', 'nextgen_scholarships', 'scholars', 'awarded') }}

union all

{{ indicator_rows(
    'nextgen_scholarships_scholars_active', 'nextgen_scholarships', 'scholars', 'active', '1',
    country='mapped.country_code'
) }}

union all

{{ zero_rows('nextgen_scholarships_scholars_active', 'nextgen_scholarships', 'scholars', 'active') }}

union all

{{ indicator_rows(
    'nextgen_scholarships_universities', 'nextgen_scholarships', 'scholars', 'universities', '1',
    country='mapped.country_code'
) }}

union all

{{ zero_rows('nextgen_scholarships_universities', 'nextgen_scholarships', 'scholars', 'universities') }}

union all

{{ indicator_rows(
    'nextgen_scholarships_mentored_share', 'nextgen_scholarships', 'scholars', 'active',
    'case when has_mentor then 1 else 0 end', denominator='1', country='mapped.country_code',
    where='has_mentor is not null'
) }}

union all

{{ indicator_rows(
    'nextgen_scholarships_internships', 'nextgen_scholarships', 'scholars', 'internships', '1',
    country='mapped.country_code', as_of='internship_started_on'
) }}

union all

{{ zero_rows('nextgen_scholarships_internships', 'nextgen_scholarships', 'scholars', 'internships') }}

union all

{{ indicator_rows(
    'nextgen_scholarships_graduated', 'nextgen_scholarships', 'scholars', 'graduated', '1',
    country='mapped.country_code', as_of='status_on'
) }}

union all

{{ zero_rows('nextgen_scholarships_graduated', 'nextgen_scholarships', 'scholars', 'graduated') }}

union all

{{ indicator_rows(
    'nextgen_scholarships_awards_reported', 'nextgen_scholarships', 'scholars', 'awards', 'award_eur',
    country='mapped.country_code', where='award_native is not null'
) }}

union all

{{ zero_rows('nextgen_scholarships_awards_reported', 'nextgen_scholarships', 'scholars', 'awards') }}

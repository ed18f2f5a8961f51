with interventions as (
    select
        interventions.*,
        case when population_group_codes not like '%;%' then population_group_codes end as population_group_code,
        {{ amount_in_eur('grant_native', 'grant_currency_code', 'rates.rate') }} as grant_eur
    from {{ ref('stg_heal__interventions') }} as interventions
    left join {{ ref('stg_ledger__fx_rates') }} as rates
        on
            interventions.grant_currency_code = rates.currency_code
            and rates.valid_on = {{ quarter_end('interventions.period') }}
),

-- A group without a row for the barrier did not name it; its patients were asked all the same.
surveyed_groups as (
    select
        partner_code,
        period,
        submission_id,
        source_sheet,
        population_group_code,
        min(source_row) as source_row,
        max(responses_count_low) as asked_low,
        max(responses_count_high) as asked_high,
        sum(case when barrier_code = 'not_listened_to' then mentions_count_low else 0 end) as named_low,
        sum(case when barrier_code = 'not_listened_to' then mentions_count_high else 0 end) as named_high
    from {{ ref('stg_heal__survey_feedback') }}
    group by partner_code, period, submission_id, source_sheet, population_group_code
),

running as (
    select *
    from interventions
    where stage_code = 'running'
)

{{ indicator_rows(
    'heal_interventions_active', 'heal', 'interventions', 'running', '1',
    population_group='population_group_code', place='city_name'
) }}

union all

{{ zero_rows('heal_interventions_active', 'heal', 'interventions', 'running') }}

union all

{{ indicator_rows(
    'heal_people_reached', 'heal', 'interventions', 'interventions', 'people_reached_count',
    low='people_reached_count_low', high='people_reached_count_high',
    population_group='population_group_code', place='city_name'
) }}

union all

{{ zero_rows('heal_people_reached', 'heal', 'interventions', 'interventions') }}

union all

{{ indicator_rows(
    'heal_people_trained', 'heal', 'interventions', 'interventions', 'people_trained_count',
    low='people_trained_count_low', high='people_trained_count_high',
    population_group='population_group_code', place='city_name'
) }}

union all

{{ zero_rows('heal_people_trained', 'heal', 'interventions', 'interventions') }}

union all

{{ indicator_rows(
    'heal_grants_reported', 'heal', 'interventions', 'interventions', 'grant_eur',
    population_group='population_group_code', place='city_name', where='grant_native is not null'
) }}

union all

{{ zero_rows('heal_grants_reported', 'heal', 'interventions', 'interventions') }}

union all

{{ indicator_rows(
    'heal_not_listened_to_share', 'heal', 'survey_feedback', 'surveyed_groups',
    'case when asked_low = asked_high and named_low = named_high then named_low end',
    low='named_low', high=share_high('named_high', 'asked_low', 'asked_high'), denominator='asked_high',
    population_group='population_group_code', where='asked_high > 0'
) }}

with reached as (
    select *
    from {{ ref('stg_hemophilia_b__milestones') }}
    where reached_on <= {{ quarter_end('period') }}
),

recruitment as (
    select *
    from {{ ref('stg_hemophilia_b__recruitment') }}
),

findings as (
    select *
    from {{ ref('stg_hemophilia_b__findings') }}
    where found_on <= {{ quarter_end('period') }}
),

adopted as (
    select *
    from findings
    where change_stage_code in ('adopted', 'in_force')
)

{{ indicator_rows(
    'hemophilia_b_milestones_reached', 'hemophilia_b', 'milestones', 'reached', '1', as_of='reached_on'
) }}

union all

{{ zero_rows('hemophilia_b_milestones_reached', 'hemophilia_b', 'milestones', 'reached') }}

union all

{{ indicator_rows(
    'hemophilia_b_people_recruited', 'hemophilia_b', 'recruitment', 'recruitment', 'recruited_to_date_count',
    low='recruited_to_date_count_low', high='recruited_to_date_count_high',
    population_group='population_group_code'
) }}

union all

{{ indicator_rows(
    'hemophilia_b_recruitment_rate', 'hemophilia_b', 'recruitment', 'recruitment', 'recruited_count',
    low='recruited_count_low', high='recruited_count_high', denominator='planned_count',
    population_group='population_group_code', where='recruited_count_low is not null and planned_count is not null'
) }}

union all

{{ indicator_rows(
    'hemophilia_b_findings_reported', 'hemophilia_b', 'findings', 'findings', '1', as_of='found_on'
) }}

union all

{{ zero_rows('hemophilia_b_findings_reported', 'hemophilia_b', 'findings', 'findings') }}

union all

{{ indicator_rows(
    'hemophilia_b_changes_adopted', 'hemophilia_b', 'findings', 'adopted', '1', as_of='change_stage_on'
) }}

union all

{{ zero_rows('hemophilia_b_changes_adopted', 'hemophilia_b', 'findings', 'adopted') }}

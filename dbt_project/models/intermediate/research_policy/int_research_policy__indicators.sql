-- An output stands in every return after its first: it counts in the quarter that first says it is published, or
-- adopted.
with published as (
    select
        outputs.*,
        row_number() over (partition by partner_code, output_id order by period) as nth_row
    from {{ ref('stg_research_policy__outputs') }} as outputs
    where stage_code <> 'drafted'
),

reports as (
    select *
    from published
    where
        kind_code = 'report'
        and nth_row = 1
),

data_sets as (
    select *
    from published
    where
        kind_code = 'data_set'
        and nth_row = 1
),

recommendations as (
    select *
    from published
    where
        kind_code = 'recommendation'
        and nth_row = 1
),

decided as (
    select
        outputs.*,
        row_number() over (partition by partner_code, output_id order by period) as nth_row
    from {{ ref('stg_research_policy__outputs') }} as outputs
    where
        kind_code = 'recommendation'
        and stage_code in ('adopted', 'implemented')
),

adopted as (
    select *
    from decided
    where nth_row = 1
)

{% for indicator, relation in [
    ('research_policy_reports', 'reports'),
    ('research_policy_datasets', 'data_sets'),
    ('research_policy_recommendations', 'recommendations'),
    ('research_policy_recommendations_adopted', 'adopted'),
] %}
    {% if not loop.first %}union all{% endif %}

    {{ indicator_rows(
        indicator, 'research_policy', 'outputs', relation, '1', country='mapped.country_code', as_of='stage_on'
    ) }}

    union all

    {{ zero_rows(indicator, 'research_policy', 'outputs', relation) }}

{% endfor %}

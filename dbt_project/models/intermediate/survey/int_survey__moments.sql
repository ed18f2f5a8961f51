-- What the intervals are computed from: one row per query, with its first two groups beside it.
with contrasts as (
    select
        *,
        -- Below a millionth of a millionth of a share there are only rounding errors.
        case when variance < 1e-24 then 0 when variance > 0 then sqrt(variance) end as se
    from {{ ref('int_survey__contrasts') }}
),

sides as (
    select distinct
        outcome_code,
        side_key,
        domain_code
    from {{ ref('int_survey__terms') }}
),

counted as (
    select
        sides.outcome_code,
        sides.side_key,
        sum(domains.respondent_count) as respondent_count,
        sum(domains.success_count) as success_count,
        cast(sum(cast(domains.weight_sum as decimal(38, 18))) as double) as weight_sum,
        cast(sum(cast(domains.weight_square_sum as decimal(38, 18))) as double) as weight_square_sum
    from sides
    inner join {{ ref('int_survey__domains') }} as domains
        on
            sides.outcome_code = domains.outcome_code
            and sides.domain_code = domains.domain_code
    group by sides.outcome_code, sides.side_key
),

asked as (
    select distinct
        query_code,
        outcome_code,
        position,
        side_key
    from {{ ref('int_survey__terms') }}
),

{% for position in ['a', 'b'] %}
    group_{{ position }} as (
        select
            asked.query_code,
            asked.outcome_code,
            counted.respondent_count,
            counted.success_count,
            counted.weight_sum,
            counted.weight_square_sum,
            contrasts.estimate as share,
            contrasts.se,
            contrasts.df
        from asked
        inner join counted
            on
                asked.outcome_code = counted.outcome_code
                and asked.side_key = counted.side_key
        inner join contrasts
            on
                asked.outcome_code = contrasts.outcome_code
                and asked.side_key = contrasts.query_code
                and contrasts.is_side
        where asked.position = '{{ position }}'
    ),
{% endfor %}

queries as (
    select
        query_code,
        outcome_code,
        case max(position)
            when 'a' then 'prop'
            when 'b' then 'diff'
            else 'did'
        end as quantity,
        -- A query of one side is the estimate of that side.
        case when max(position) = 'a' then max(side_key) else query_code end as contrast_code
    from asked
    group by query_code, outcome_code
)

select
    queries.query_code,
    queries.outcome_code,
    queries.quantity,
    contrasts.estimate,
    contrasts.se,
    contrasts.df,
    contrasts.lonely_count,
    cast(coalesce(group_a.respondent_count, 0) as bigint) as n_a,
    cast(coalesce(group_a.success_count, 0) as bigint) as success_a,
    coalesce(group_a.weight_sum, 0) as weight_sum_a,
    group_a.weight_square_sum as weight_square_sum_a,
    group_a.share as share_a,
    group_a.se as se_a,
    group_a.df as df_a,
    case when queries.quantity <> 'prop' then cast(coalesce(group_b.respondent_count, 0) as bigint) end as n_b,
    group_b.share as share_b,
    group_b.se as se_b,
    group_b.df as df_b
from queries
inner join contrasts
    on
        queries.contrast_code = contrasts.query_code
        and queries.outcome_code = contrasts.outcome_code
        and contrasts.is_side = (queries.quantity = 'prop')
left join group_a
    on
        queries.query_code = group_a.query_code
        and queries.outcome_code = group_a.outcome_code
left join group_b
    on
        queries.query_code = group_b.query_code
        and queries.outcome_code = group_b.outcome_code

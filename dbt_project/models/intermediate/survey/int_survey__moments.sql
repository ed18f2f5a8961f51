-- What the intervals are computed from: one row per query, with its first two groups beside it.
with contrasts as (
    select
        *,
        -- Below a millionth of a millionth of a share there are only rounding errors.
        case when variance < 1e-24 then 0 when variance > 0 then sqrt(variance) end as se
    from {{ ref('int_survey__contrasts') }}
),

{% for position in ['a', 'b'] %}
    group_{{ position }} as (
        select
            terms.query_code,
            terms.outcome_code,
            domains.respondent_count,
            domains.success_count,
            domains.weight_sum,
            domains.weight_square_sum,
            domains.share,
            contrasts.se,
            contrasts.df
        from {{ ref('int_survey__terms') }} as terms
        inner join {{ ref('int_survey__domains') }} as domains
            on
                terms.outcome_code = domains.outcome_code
                and terms.domain_code = domains.domain_code
        inner join contrasts
            on
                terms.outcome_code = contrasts.outcome_code
                and terms.domain_code = contrasts.query_code
                and contrasts.is_domain
        where terms.position = '{{ position }}'
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
        -- A query of one group is the estimate of that group.
        case when max(position) = 'a' then max(domain_code) else query_code end as contrast_code
    from {{ ref('int_survey__terms') }}
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
    coalesce(group_a.respondent_count, 0) as n_a,
    coalesce(group_a.success_count, 0) as success_a,
    coalesce(group_a.weight_sum, 0) as weight_sum_a,
    group_a.weight_square_sum as weight_square_sum_a,
    group_a.share as share_a,
    group_a.se as se_a,
    group_a.df as df_a,
    case when queries.quantity <> 'prop' then coalesce(group_b.respondent_count, 0) end as n_b,
    group_b.share as share_b,
    group_b.se as se_b,
    group_b.df as df_b
from queries
inner join contrasts
    on
        queries.contrast_code = contrasts.query_code
        and queries.outcome_code = contrasts.outcome_code
        and contrasts.is_domain = (queries.quantity = 'prop')
left join group_a
    on
        queries.query_code = group_a.query_code
        and queries.outcome_code = group_a.outcome_code
left join group_b
    on
        queries.query_code = group_b.query_code
        and queries.outcome_code = group_b.outcome_code

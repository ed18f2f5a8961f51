-- Taylor linearisation (Binder 1983, Woodruff 1971) of any sum of shares with coefficients: scores are added up
-- over the groups before they are squared, so that groups which overlap or share sampling units covary by
-- themselves. R's survey package (svycontrast, degf of the subset) gives the same figures.
with asked as (
    select
        query_code,
        outcome_code,
        domain_code,
        sum(coefficient) as coefficient
    from {{ ref('int_survey__terms') }}
    group by query_code, outcome_code, domain_code
),

-- Every group of a query is estimated for itself too.
terms as (
    select
        query_code,
        outcome_code,
        domain_code,
        coefficient,
        false as is_domain
    from asked

    union all

    select distinct
        domain_code as query_code,
        outcome_code,
        domain_code,
        1 as coefficient,
        true as is_domain
    from asked
),

valued as (
    select
        terms.query_code,
        terms.outcome_code,
        terms.is_domain,
        terms.domain_code,
        terms.coefficient,
        domains.share,
        domains.weight_sum
    from terms
    left join {{ ref('int_survey__domains') }} as domains
        on
            terms.outcome_code = domains.outcome_code
            and terms.domain_code = domains.domain_code
),

-- In a fixed order, so that rebuilds are identical to the last digit.
queries as (
    select
        query_code,
        outcome_code,
        is_domain,
        count(*) = count(share) as is_defined,
        cast(sum(cast(coefficient * share as decimal(38, 24))) as double) as estimate
    from valued
    group by query_code, outcome_code, is_domain
),

scores as (
    select
        valued.query_code,
        valued.outcome_code,
        valued.is_domain,
        memberships.pattern_key,
        answers.answer,
        sum(cast(valued.coefficient * (answers.answer - valued.share) / valued.weight_sum as decimal(38, 30))) as score
    from valued
    inner join queries
        on
            valued.query_code = queries.query_code
            and valued.outcome_code = queries.outcome_code
            and valued.is_domain = queries.is_domain
            and queries.is_defined
    inner join {{ ref('int_survey__memberships') }} as memberships on valued.domain_code = memberships.domain_code
    cross join (
        select 0 as answer
        union all
        select 1 as answer
    ) as answers
    group by valued.query_code, valued.outcome_code, valued.is_domain, memberships.pattern_key, answers.answer
),

scored as (
    select
        scores.query_code,
        scores.outcome_code,
        scores.is_domain,
        blocks.stratum_key,
        blocks.psu_key,
        blocks.respondent_count,
        blocks.weighted_count,
        cast(scores.score as double) * blocks.weight_sum as total,
        cast(scores.score as double) * cast(scores.score as double) * blocks.weight_square_sum as square
    from {{ ref('int_survey__blocks') }} as blocks
    inner join scores
        on
            blocks.outcome_code = scores.outcome_code
            and blocks.pattern_key = scores.pattern_key
            and blocks.answer = scores.answer
),

unit_totals as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        max(weighted_count) as weighted_count,
        sum(cast(total as decimal(38, 28))) as total
    from scored
    where psu_key is not null
    group by query_code, outcome_code, is_domain, stratum_key, psu_key
),

by_stratum as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        case when weighted_count > 0 then 1 else 0 end as unit_count,
        total,
        cast(cast(total as double) * cast(total as double) as decimal(38, 34)) as square
    from unit_totals

    union all

    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        weighted_count as unit_count,
        cast(total as decimal(38, 28)) as total,
        cast(square as decimal(38, 34)) as square
    from scored
    where psu_key is null
),

strata as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        sum(unit_count) as unit_count,
        cast(sum(total) as double) as total,
        cast(sum(square) as double) as square
    from by_stratum
    group by query_code, outcome_code, is_domain, stratum_key
),

parts as (
    select
        strata.query_code,
        strata.outcome_code,
        strata.is_domain,
        strata.unit_count,
        design.is_lonely,
        case
            when not design.is_lonely and design.psu_count > 1
                then
                    (1 - design.sampling_fraction) * design.psu_count / (design.psu_count - 1)
                    * greatest(strata.square - strata.total * strata.total / design.psu_count, 0)
            {% if var('lonely_psu') == 'adjust' %}
                when design.is_lonely then (1 - design.sampling_fraction) * strata.square
            {% endif %}
            else 0
        end as variance
    from strata
    inner join {{ ref('int_survey__strata') }} as design
        on
            strata.outcome_code = design.outcome_code
            and strata.stratum_key = design.stratum_key
),

summed as (
    select
        query_code,
        outcome_code,
        is_domain,
        sum(unit_count) - count(case when unit_count > 0 then 1 end) as df,
        count(*) as stratum_count,
        count(case when is_lonely then 1 end) as lonely_count,
        cast(sum(cast(variance as decimal(38, 34))) as double) as variance
    from parts
    group by query_code, outcome_code, is_domain
)

select
    queries.query_code,
    queries.outcome_code,
    queries.is_domain,
    cast(summed.df as bigint) as df,
    coalesce(summed.lonely_count, 0) as lonely_count,
    case when queries.is_defined then queries.estimate end as estimate,
    {% if var('lonely_psu') == 'average' %}
        case
            when summed.stratum_count > summed.lonely_count
                then summed.variance * summed.stratum_count / (summed.stratum_count - summed.lonely_count)
        end as variance
    {% else %}
        summed.variance
    {% endif %}
from queries
left join summed
    on
        queries.query_code = summed.query_code
        and queries.outcome_code = summed.outcome_code
        and queries.is_domain = summed.is_domain

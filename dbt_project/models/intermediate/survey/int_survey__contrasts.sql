-- Taylor linearisation (Binder 1983, Woodruff 1971) of any sum of shares with coefficients: scores are added up
-- over the groups before they are squared, so that groups which overlap or share sampling units covary by
-- themselves. R's survey package (svycontrast, degf of the subset) gives the same figures. Queries, strata and units
-- are numbered, and sums are of decimals: fast, and the same to the last digit in every build.
with asked as (
    select
        query_code,
        outcome_code,
        domain_code,
        sum(coefficient) as coefficient,
        max(position) as last_position
    from {{ ref('int_survey__terms') }}
    group by query_code, outcome_code, domain_code
),

contrasts as (
    select
        query_code,
        outcome_code
    from asked
    group by query_code, outcome_code
    having max(last_position) > 'a'
),

-- Every side of a query is estimated for itself too; a query of one side is that.
terms as (
    select
        asked.query_code,
        asked.outcome_code,
        asked.domain_code,
        asked.coefficient,
        false as is_side
    from asked
    inner join contrasts
        on
            asked.query_code = contrasts.query_code
            and asked.outcome_code = contrasts.outcome_code

    union all

    select distinct
        side_key as query_code,
        outcome_code,
        domain_code,
        abs(coefficient) as coefficient,
        true as is_side
    from {{ ref('int_survey__terms') }}
),

valued as (
    select
        terms.*,
        domains.share,
        domains.weight_sum,
        dense_rank() over (order by terms.outcome_code, terms.is_side, terms.query_code) as query_number
    from terms
    left join {{ ref('int_survey__domains') }} as domains
        on
            terms.outcome_code = domains.outcome_code
            and terms.domain_code = domains.domain_code
),

queries as (
    select
        query_number,
        query_code,
        outcome_code,
        is_side,
        count(*) = count(share) as is_defined,
        cast(sum(cast(coefficient * share as decimal(38, 24))) as double) as estimate
    from valued
    group by query_number, query_code, outcome_code, is_side
),

answers as (
    select 0 as answer
    union all
    select 1 as answer
),

-- The score of everybody with the same answer and in the same groups. They are in a group or among its others, so that
-- one term adds to each score, and the order is no matter.
scores as (
    select
        valued.query_number,
        valued.outcome_code,
        memberships.pattern_key,
        answers.answer,
        sum(valued.coefficient * (answers.answer - valued.share) / valued.weight_sum) as score
    from valued
    inner join queries on valued.query_number = queries.query_number and queries.is_defined
    inner join {{ ref('int_survey__memberships') }} as memberships on valued.domain_code = memberships.domain_code
    cross join answers
    group by valued.query_number, valued.outcome_code, memberships.pattern_key, answers.answer
),

blocks as (
    select
        *,
        dense_rank() over (order by outcome_code, stratum_key) as stratum_number,
        dense_rank() over (order by outcome_code, stratum_key, psu_key) as psu_number
    from {{ ref('int_survey__blocks') }}
),

unit_totals as (
    select
        scores.query_number,
        blocks.stratum_number,
        max(blocks.weighted_count) as weighted_count,
        sum(cast(scores.score * blocks.weight_sum as decimal(38, 28))) as total
    from blocks
    inner join scores
        on
            blocks.outcome_code = scores.outcome_code
            and blocks.pattern_key = scores.pattern_key
            and blocks.answer = scores.answer
    where blocks.psu_key is not null
    group by scores.query_number, blocks.stratum_number, blocks.psu_number
),

by_stratum as (
    select
        query_number,
        stratum_number,
        count(case when weighted_count > 0 then 1 end) as unit_count,
        sum(total) as total,
        sum(cast(cast(total as double) * cast(total as double) as decimal(38, 34))) as square
    from unit_totals
    group by query_number, stratum_number

    union all

    -- Every respondent is a sampling unit.
    select
        scores.query_number,
        blocks.stratum_number,
        sum(blocks.weighted_count) as unit_count,
        sum(cast(scores.score * blocks.weight_sum as decimal(38, 28))) as total,
        sum(cast(scores.score * scores.score * blocks.weight_square_sum as decimal(38, 34))) as square
    from blocks
    inner join scores
        on
            blocks.outcome_code = scores.outcome_code
            and blocks.pattern_key = scores.pattern_key
            and blocks.answer = scores.answer
    where blocks.psu_key is null
    group by scores.query_number, blocks.stratum_number
),

strata as (
    select
        query_number,
        stratum_number,
        sum(unit_count) as unit_count,
        cast(sum(total) as double) as total,
        cast(sum(square) as double) as square
    from by_stratum
    group by query_number, stratum_number
),

design as (
    select distinct
        blocks.stratum_number,
        strata_sampled.psu_count,
        strata_sampled.sampling_fraction,
        strata_sampled.is_lonely
    from blocks
    inner join {{ ref('int_survey__strata') }} as strata_sampled on blocks.stratum_key = strata_sampled.stratum_key
),

parts as (
    select
        strata.query_number,
        strata.unit_count,
        design.is_lonely,
        case
            -- What is left of a sum of squares by rounding alone is no variance.
            when
                design.psu_count > 1
                and strata.square - strata.total * strata.total / design.psu_count <= 1e-13 * strata.square
                then 0
            when design.psu_count > 1
                then
                    (1 - design.sampling_fraction) * design.psu_count / (design.psu_count - 1)
                    * (strata.square - strata.total * strata.total / design.psu_count)
            {% if var('lonely_psu') == 'adjust' %}
                when design.is_lonely then (1 - design.sampling_fraction) * strata.square
            {% endif %}
            else 0
        end as variance
    from strata
    inner join design on strata.stratum_number = design.stratum_number
),

summed as (
    select
        query_number,
        sum(unit_count) - count(case when unit_count > 0 then 1 end) as df,
        count(*) as stratum_count,
        count(case when is_lonely then 1 end) as lonely_count,
        cast(sum(cast(variance as decimal(38, 34))) as double) as variance
    from parts
    group by query_number
)

select
    queries.query_code,
    queries.outcome_code,
    queries.is_side,
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
left join summed on queries.query_number = summed.query_number

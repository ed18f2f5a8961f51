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

answers as (
    select 0 as answer
    union all
    select 1 as answer
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
    cross join answers
    group by valued.query_code, valued.outcome_code, valued.is_domain, memberships.pattern_key, answers.answer
),

-- Respondents of a query alike in stratum, sampling unit and score, whatever else they are.
scored as (
    select
        scores.query_code,
        scores.outcome_code,
        scores.is_domain,
        blocks.stratum_key,
        blocks.psu_key,
        cast(scores.score as double) as score,
        sum(blocks.respondent_count) as respondent_count,
        sum(blocks.weighted_count) as weighted_count,
        cast(sum(cast(blocks.weight_sum as decimal(38, 18))) as double) as weight_sum,
        cast(sum(cast(blocks.weight_square_sum as decimal(38, 18))) as double) as weight_square_sum,
        min(blocks.least_weight) as least_weight,
        max(blocks.most_weight) as most_weight
    from {{ ref('int_survey__blocks') }} as blocks
    inner join scores
        on
            blocks.outcome_code = scores.outcome_code
            and blocks.pattern_key = scores.pattern_key
            and blocks.answer = scores.answer
    group by
        scores.query_code, scores.outcome_code, scores.is_domain, blocks.stratum_key, blocks.psu_key, scores.score
),

-- A sampling unit, or respondents alike who are sampling units themselves: these spread around their mean as their
-- weights do, and not at all where the weights are equal.
units as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        1 as unit_count,
        case when max(weighted_count) > 0 then 1 else 0 end as weighted_count,
        sum(cast(score * weight_sum as decimal(38, 28))) as total,
        0 as spread
    from scored
    where psu_key is not null
    group by query_code, outcome_code, is_domain, stratum_key, psu_key

    union all

    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        respondent_count as unit_count,
        weighted_count,
        cast(score * weight_sum as decimal(38, 28)) as total,
        case
            when least_weight < most_weight
                then score * score * greatest(weight_square_sum - weight_sum * weight_sum / respondent_count, 0)
            else 0
        end as spread
    from scored
    where psu_key is null
),

stratum_totals as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        sum(unit_count) as unit_count,
        sum(weighted_count) as weighted_count,
        cast(sum(total) as double) as total
    from units
    group by query_code, outcome_code, is_domain, stratum_key
),

strata as (
    select
        stratum_totals.*,
        design.psu_count,
        design.sampling_fraction,
        design.is_lonely,
        stratum_totals.total / design.psu_count as mean
    from stratum_totals
    inner join {{ ref('int_survey__strata') }} as design on stratum_totals.stratum_key = design.stratum_key
),

centred as (
    select
        units.query_code,
        units.outcome_code,
        units.is_domain,
        units.stratum_key,
        units.unit_count,
        units.spread,
        cast(units.total as double) / units.unit_count - strata.mean as deviation
    from units
    inner join strata
        on
            units.query_code = strata.query_code
            and units.outcome_code = strata.outcome_code
            and units.is_domain = strata.is_domain
            and units.stratum_key = strata.stratum_key
),

-- Squares of deviations from the mean, never a difference of sums of squares, which would leave rounding errors.
deviations as (
    select
        query_code,
        outcome_code,
        is_domain,
        stratum_key,
        cast(sum(cast(spread + unit_count * deviation * deviation as decimal(38, 34))) as double) as square
    from centred
    group by query_code, outcome_code, is_domain, stratum_key
),

-- Units of the stratum without a member of a group have a score of zero.
parts as (
    select
        strata.query_code,
        strata.outcome_code,
        strata.is_domain,
        strata.weighted_count,
        strata.is_lonely,
        case
            when strata.psu_count > 1
                then
                    (1 - strata.sampling_fraction) * strata.psu_count / (strata.psu_count - 1)
                    * (deviations.square + (strata.psu_count - strata.unit_count) * strata.mean * strata.mean)
            {% if var('lonely_psu') == 'adjust' %}
                when strata.is_lonely then (1 - strata.sampling_fraction) * strata.total * strata.total
            {% endif %}
            else 0
        end as variance
    from strata
    inner join deviations
        on
            strata.query_code = deviations.query_code
            and strata.outcome_code = deviations.outcome_code
            and strata.is_domain = deviations.is_domain
            and strata.stratum_key = deviations.stratum_key
),

summed as (
    select
        query_code,
        outcome_code,
        is_domain,
        sum(weighted_count) - count(case when weighted_count > 0 then 1 end) as df,
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

with answers as (
    select
        outcome_code,
        pattern_key,
        answer,
        sum(respondent_count) as respondent_count,
        sum(weighted_count) as weighted_count,
        sum(cast(weight_sum as decimal(38, 18))) as weight_sum,
        sum(cast(weight_square_sum as decimal(38, 18))) as weight_square_sum
    from {{ ref('int_survey__blocks') }}
    group by outcome_code, pattern_key, answer
),

summed as (
    select
        answers.outcome_code,
        memberships.domain_code,
        cast(sum(answers.respondent_count) as bigint) as respondent_count,
        cast(sum(answers.respondent_count * answers.answer) as bigint) as success_count,
        sum(answers.weighted_count) as weighted_count,
        sum(answers.weighted_count * answers.answer) as weighted_success_count,
        cast(sum(answers.weight_sum) as double) as weight_sum,
        cast(sum(case when answers.answer = 1 then answers.weight_sum else 0 end) as double) as weight_success_sum,
        cast(sum(answers.weight_square_sum) as double) as weight_square_sum
    from answers
    inner join {{ ref('int_survey__memberships') }} as memberships on answers.pattern_key = memberships.pattern_key
    group by answers.outcome_code, memberships.domain_code
)

-- Whether nobody or everybody said yes is decided on counts: a weighted sum can miss 1 by a rounding.
select
    outcome_code,
    domain_code,
    respondent_count,
    success_count,
    weight_sum,
    weight_square_sum,
    case
        when weighted_count = 0 then null
        when weighted_success_count = 0 then 0
        when weighted_success_count = weighted_count then 1
        else weight_success_sum / weight_sum
    end as share
from summed

-- Respondents alike in stratum, sampling unit, groups and answer. Where every respondent is a sampling unit, their
-- scores differ by weight only, so that the sums of weights and of squared weights hold all that a variance needs.
select
    outcome_code,
    stratum_key,
    psu_key,
    pattern_key,
    answer,
    count(*) as respondent_count,
    count(case when weight > 0 then 1 end) as weighted_count,
    cast(sum(cast(weight as decimal(38, 18))) as double) as weight_sum,
    cast(sum(cast(weight * weight as decimal(38, 18))) as double) as weight_square_sum
from {{ ref('int_survey__units') }}
where answer is not null
group by outcome_code, stratum_key, psu_key, pattern_key, answer

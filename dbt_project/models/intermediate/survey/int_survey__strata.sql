-- Sampling units of the whole design: those without a member of a group still count (never subset first). The design is
-- the same whatever is asked, so one question's respondents tell it.
with counted as (
    select
        stratum_key,
        count(distinct psu_key) + count(case when psu_key is null then 1 end) as psu_count,
        max(fpc) as fpc
    from {{ ref('int_survey__units') }}
    where outcome_code = (select min(units.outcome_code) from {{ ref('int_survey__units') }} as units)
    group by stratum_key
),

-- Corrections are fractions sampled where all are at most one, else the number of units there are.
sampled as (
    select
        stratum_key,
        psu_count,
        case
            when fpc is null then 0
            when max(fpc) over () <= 1 then fpc
            else psu_count / fpc
        end as sampling_fraction
    from counted
)

select
    stratum_key,
    psu_count,
    cast(sampling_fraction as double) as sampling_fraction,
    psu_count = 1 and sampling_fraction < 0.9999999 as is_lonely
from sampled

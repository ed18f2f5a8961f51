with counted as (
    select
        country_code,
        wave_code,
        count(*) as respondent_count,
        min(sample_type_code) as sample_type_code,
        min(question_version) as question_version,
        count(distinct sample_type_code) as sample_type_count,
        count(distinct question_version) as question_version_count,
        count(distinct psu) as psu_count,
        count(*) = count(weight) and coalesce(sum(weight), 0) > 0 as is_weighted
    from {{ ref('stg_trust_survey__respondents') }}
    group by country_code, wave_code
)

select
    *,
    row_number() over (
        partition by country_code order by case when is_weighted then 0 else 1 end, wave_code
    ) as weighted_first
from counted

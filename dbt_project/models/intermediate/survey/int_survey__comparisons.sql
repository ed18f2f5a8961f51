-- Each country and later wave, with the wave it is compared to, or why it cannot be.
with polls as (
    select
        country_code,
        wave_code,
        min(sample_type_code) as sample_type_code,
        min(question_version) as question_version,
        count(distinct sample_type_code) as sample_type_count,
        count(distinct question_version) as question_version_count,
        count(*) = count(weight) and coalesce(sum(weight), 0) > 0 as is_weighted,
        row_number() over (partition by country_code order by wave_code) as wave_number,
        count(*) over (partition by country_code) as wave_count
    from {{ ref('stg_trust_survey__respondents') }}
    group by country_code, wave_code
)

select
    first_polls.country_code,
    first_polls.wave_code as base_wave_code,
    later.wave_code,
    case
        when later.wave_code is null then 'polled_once'
        when not first_polls.is_weighted or not later.is_weighted then 'weights_absent'
        when
            first_polls.question_version <> later.question_version
            or first_polls.question_version_count > 1
            or later.question_version_count > 1
            then 'wording_changed'
        when
            first_polls.sample_type_code <> later.sample_type_code
            or first_polls.sample_type_count > 1
            or later.sample_type_count > 1
            then 'other_sample_type'
    end as refusal_code
from polls as first_polls
left join polls as later
    on
        first_polls.country_code = later.country_code
        and later.wave_number > 1
where first_polls.wave_number = 1

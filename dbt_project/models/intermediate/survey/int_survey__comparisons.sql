-- Each country and later wave, with the wave it is compared to, or why it cannot be. The first wave with weights is the
-- baseline.
select
    first_polls.country_code,
    first_polls.wave_code as base_wave_code,
    later.wave_code,
    case
        when not first_polls.is_weighted or not coalesce(later.is_weighted, true) then 'weights_absent'
        when later.wave_code is null then 'polled_once'
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
from {{ ref('int_survey__polls') }} as first_polls
left join {{ ref('int_survey__polls') }} as later
    on
        first_polls.country_code = later.country_code
        and first_polls.wave_code < later.wave_code
where first_polls.weighted_first = 1

select
    polls.country_code,
    coalesce(countries.label, polls.country_code) as country_name,
    polls.wave_code,
    polls.respondent_count,
    polls.sample_type_code,
    polls.question_version,
    polls.psu_count,
    polls.is_weighted,
    programs.is_synthetic
from {{ ref('int_survey__polls') }} as polls
left join {{ ref('ref_countries') }} as countries on polls.country_code = countries.code
inner join {{ ref('dim_program') }} as programs on programs.program_code = 'trust_survey'

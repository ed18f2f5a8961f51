-- The groups a pattern of answers to the questions about oneself belongs to, within a country and over countries.
with patterns as (
    select distinct
        pattern_key,
        wave_code,
        country_code,
        flags
    from {{ ref('int_survey__respondents') }}
),

sided as (
    select
        patterns.pattern_key,
        patterns.wave_code,
        patterns.country_code,
        survey_groups.group_code,
        case
            when survey_groups.group_order = 0 or substr(patterns.flags, survey_groups.group_order, 1) = '1' then 'in'
            else 'out'
        end as side_code
    from patterns
    inner join {{ ref('survey_groups') }} as survey_groups
        on survey_groups.group_order = 0 or substr(patterns.flags, survey_groups.group_order, 1) <> '-'
),

pools as (
    select
        country_code,
        wave_code,
        country_code as area_code
    from patterns
    group by country_code, wave_code

    union all

    select
        country_code,
        wave_code,
        'all' as area_code
    from patterns
    group by country_code, wave_code

    union all

    -- Over time, the same countries before and after.
    {% for wave in ['base_wave_code', 'wave_code'] %}
        {% if not loop.first %}union all{% endif %}
        select
            country_code,
            {{ wave }} as wave_code,
            concat('comparable_', base_wave_code, '_', wave_code) as area_code
        from {{ ref('int_survey__comparisons') }}
        where refusal_code is null
    {% endfor %}
)

select
    sided.pattern_key,
    sided.wave_code,
    pools.area_code,
    sided.group_code,
    sided.side_code,
    concat(sided.wave_code, '|', pools.area_code, '|', sided.group_code, '|', sided.side_code) as domain_code
from sided
inner join pools
    on
        sided.country_code = pools.country_code
        and sided.wave_code = pools.wave_code

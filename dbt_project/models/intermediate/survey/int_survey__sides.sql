-- Whose shares are estimated: a group or all others, in a country or over countries. A pool is the mean of its
-- countries, so that each counts alike in every group and no difference between countries enters a gap.
with polls as (
    select
        wave_code,
        country_code
    from {{ ref('int_survey__polls') }}
    where is_weighted
),

areas as (
    select
        wave_code,
        country_code,
        country_code as area_code
    from polls

    union all

    select
        wave_code,
        country_code,
        'all' as area_code
    from polls

    union all

    -- Over time, the same countries before and after.
    {% for wave in ['base_wave_code', 'wave_code'] %}
        {% if not loop.first %}union all{% endif %}
        select
            {{ wave }} as wave_code,
            country_code,
            concat('comparable_', base_wave_code, '_', wave_code) as area_code
        from {{ ref('int_survey__comparisons') }}
        where refusal_code is null
    {% endfor %}
),

counted as (
    select
        areas.*,
        count(*) over (partition by wave_code, area_code) as country_count
    from areas
),

sides as (
    select 'in' as side_code
    union all
    select 'out' as side_code
)

select
    counted.wave_code,
    counted.area_code,
    survey_groups.group_code,
    sides.side_code,
    concat(counted.wave_code, '|', counted.area_code, '|', survey_groups.group_code, '|', sides.side_code) as side_key,
    concat(counted.wave_code, '|', counted.country_code, '|', survey_groups.group_code, '|', sides.side_code)
        as domain_code,
    1 / cast(counted.country_count as double) as part
from counted
cross join {{ ref('survey_groups') }} as survey_groups
cross join sides
where survey_groups.group_order > 0 or sides.side_code = 'in'

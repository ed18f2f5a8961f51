-- Countries, all countries of a wave, and the countries that can be compared between two waves.
with countries as (
    select distinct
        polls.country_code,
        coalesce(names.label, polls.country_code) as country_name
    from {{ ref('int_survey__comparisons') }} as polls
    left join {{ ref('ref_countries') }} as names on polls.country_code = names.code
),

pools as (
    select
        comparisons.base_wave_code,
        comparisons.wave_code,
        {{ joined_values('countries.country_name') }} as country_names
    from {{ ref('int_survey__comparisons') }} as comparisons
    inner join countries on comparisons.country_code = countries.country_code
    where comparisons.refusal_code is null
    group by comparisons.base_wave_code, comparisons.wave_code
)

select
    country_code as area_code,
    country_name as area_name,
    'country' as area_kind
from countries

union all

select
    'all' as area_code,
    'All countries of the wave with weights, each counting alike' as area_name,
    'wave' as area_kind

union all

select
    concat('comparable_', base_wave_code, '_', wave_code) as area_code,
    concat('Countries comparable between ', base_wave_code, ' and ', wave_code, ': ', country_names) as area_name,
    'comparable' as area_kind
from pools

-- What is estimated: shares of each group, gaps between a group and all others, and their changes between waves.
with populations as (
    select distinct
        wave_code,
        area_code,
        group_code,
        side_code,
        side_key
    from {{ ref('int_survey__sides') }}
),

paired as (
    select
        members.wave_code,
        members.area_code,
        members.group_code,
        members.side_key as in_code,
        others.side_key as out_code
    from populations as members
    left join populations as others
        on
            members.wave_code = others.wave_code
            and members.area_code = others.area_code
            and members.group_code = others.group_code
            and others.side_code = 'out'
    where members.side_code = 'in'
),

compared as (
    select distinct
        country_code as area_code,
        base_wave_code,
        wave_code
    from {{ ref('int_survey__comparisons') }}
    where refusal_code is null

    union all

    select distinct
        concat('comparable_', base_wave_code, '_', wave_code) as area_code,
        base_wave_code,
        wave_code
    from {{ ref('int_survey__comparisons') }}
    where refusal_code is null
),

changed as (
    select
        compared.area_code,
        compared.base_wave_code,
        compared.wave_code,
        later.group_code,
        later.in_code,
        later.out_code,
        earlier.in_code as base_in_code,
        earlier.out_code as base_out_code
    from compared
    inner join paired as later
        on
            compared.area_code = later.area_code
            and compared.wave_code = later.wave_code
    inner join paired as earlier
        on
            compared.area_code = earlier.area_code
            and compared.base_wave_code = earlier.wave_code
            and later.group_code = earlier.group_code
),

asked as (
    select
        'share' as measure,
        area_code,
        cast(null as string) as base_wave_code,
        wave_code,
        group_code,
        side_code,
        side_key as side_a,
        cast(null as string) as side_b,
        cast(null as string) as side_c,
        cast(null as string) as side_d
    from populations

    union all

    select
        'gap' as measure,
        area_code,
        cast(null as string) as base_wave_code,
        wave_code,
        group_code,
        'in' as side_code,
        in_code as side_a,
        out_code as side_b,
        cast(null as string) as side_c,
        cast(null as string) as side_d
    from paired
    where out_code is not null

    union all

    select
        'share_change' as measure,
        area_code,
        base_wave_code,
        wave_code,
        group_code,
        'in' as side_code,
        in_code as side_a,
        base_in_code as side_b,
        cast(null as string) as side_c,
        cast(null as string) as side_d
    from changed

    union all

    select
        'gap_change' as measure,
        area_code,
        base_wave_code,
        wave_code,
        group_code,
        'in' as side_code,
        in_code as side_a,
        out_code as side_b,
        base_in_code as side_c,
        base_out_code as side_d
    from changed
    where out_code is not null and base_out_code is not null
)

select
    outcomes.outcome_code,
    asked.*,
    concat(
        asked.measure, '|', coalesce(asked.base_wave_code, ''), '|', asked.wave_code, '|', asked.area_code, '|',
        asked.group_code, '|', asked.side_code
    ) as query_code
from asked
cross join {{ ref('survey_outcomes') }} as outcomes
where outcomes.is_by_group or (asked.group_code = 'everybody' and asked.measure = 'share')

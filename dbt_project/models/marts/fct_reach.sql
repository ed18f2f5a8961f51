-- Different people reached by all programs together, as bounds that hold for any sets of people consistent with what is
-- reported and declared. Notation: program p reached between low(p) and high(p) people; shared(p, q) is how many keys
-- two programs have in common.
--
-- At least: the largest of (1) a single program; (2) the sum over programs that are declared disjoint from one another;
-- (3) two programs whose overlap is counted, less that overlap; (4) the different keys of all programs together.
-- At most: programs within another are left out; each of the others shares people with at most one larger program that
-- is taken account of, so that the pairs taken off form a forest (Hunter 1976, Worsley 1982):
-- |union| <= sum of |p| - sum over the forest of |p and q|.
--
-- A program whose list holds more people than it reports contradicts itself: its own bounds are withheld, its list
-- counts for nothing, and in the total it has at least as many people as it reports, at most as many as it lists.
--
-- A program that is within another has no more people than it. For release, a number of 1 to 10 people enters as "0 to
-- 10", so that no small number can be worked out from the bounds.
with ended_periods as (
    select
        period,
        period_index
    from {{ ref('dim_period') }}
    where is_ended
),

reports as (
    select
        spans.program_code,
        spans.period,
        spans.value_low,
        spans.value_high,
        spans.is_approved
    from {{ ref('fct_indicator_spans') }} as spans
    where
        spans.kind = 'reach'
        and spans.dimension = 'total'
        and spans.span = 'since_start'
),

reaching_programs as (
    select distinct program_code
    from reports
),

-- A person counts from the first quarter in which a program lists the key; keys made with different secrets cannot be
-- compared.
keyed as (
    select
        people.program_code,
        people.key_name,
        people.person_key,
        min(periods.period_index) as first_index
    from {{ ref('int_people__unioned') }} as people
    inner join {{ ref('dim_period') }} as periods on people.period = periods.period
    inner join reaching_programs on people.program_code = reaching_programs.program_code
    group by people.program_code, people.key_name, people.person_key
),

keyed_by_name as (
    select
        keyed.program_code,
        ended_periods.period,
        keyed.key_name,
        count(*) as key_count
    from keyed
    inner join ended_periods on keyed.first_index <= ended_periods.period_index
    group by keyed.program_code, ended_periods.period, keyed.key_name
),

keyed_sizes as (
    select
        program_code,
        period,
        max(key_count) as key_count
    from keyed_by_name
    group by program_code, period
),

contradicted as (
    select
        reports.program_code,
        reports.period,
        max(keyed_sizes.key_count) as key_count
    from reports
    inner join keyed_sizes
        on
            reports.program_code = keyed_sizes.program_code
            and reports.period = keyed_sizes.period
    group by reports.program_code, reports.period
    having max(keyed_sizes.key_count) > sum(reports.value_high)
),

trusted as (
    select keyed_sizes.*
    from keyed_sizes
    left join contradicted
        on
            keyed_sizes.program_code = contradicted.program_code
            and keyed_sizes.period = contradicted.period
    where contradicted.program_code is null
),

keyed_together as (
    select
        key_name,
        person_key,
        min(first_index) as first_index
    from keyed
    group by key_name, person_key
),

keyed_union_by_name as (
    select
        ended_periods.period,
        keyed_together.key_name,
        count(*) as key_count
    from keyed_together
    inner join ended_periods on keyed_together.first_index <= ended_periods.period_index
    group by ended_periods.period, keyed_together.key_name
),

contradicted_by_name as (
    select
        keyed_by_name.period,
        keyed_by_name.key_name,
        sum(keyed_by_name.key_count) as key_count
    from keyed_by_name
    inner join contradicted
        on
            keyed_by_name.program_code = contradicted.program_code
            and keyed_by_name.period = contradicted.period
    group by keyed_by_name.period, keyed_by_name.key_name
),

-- Without a list that counts for nothing there are at least as many as are left when all of it is taken off.
keyed_union as (
    select
        keyed_union_by_name.period,
        max(keyed_union_by_name.key_count - coalesce(contradicted_by_name.key_count, 0)) as key_count
    from keyed_union_by_name
    left join contradicted_by_name
        on
            keyed_union_by_name.period = contradicted_by_name.period
            and keyed_union_by_name.key_name = contradicted_by_name.key_name
    group by keyed_union_by_name.period
),

shared_by_name as (
    select
        mine.program_code,
        theirs.program_code as with_program_code,
        ended_periods.period,
        mine.key_name,
        count(*) as key_count
    from keyed as mine
    inner join keyed as theirs
        on
            mine.key_name = theirs.key_name
            and mine.person_key = theirs.person_key
            and mine.program_code <> theirs.program_code
    inner join ended_periods on greatest(mine.first_index, theirs.first_index) <= ended_periods.period_index
    group by mine.program_code, theirs.program_code, ended_periods.period, mine.key_name
),

shared as (
    select
        shared_by_name.program_code,
        shared_by_name.with_program_code,
        shared_by_name.period,
        max(shared_by_name.key_count) as key_count
    from shared_by_name
    left join contradicted
        on
            shared_by_name.period = contradicted.period
            and contradicted.program_code in (shared_by_name.program_code, shared_by_name.with_program_code)
    where contradicted.program_code is null
    group by shared_by_name.program_code, shared_by_name.with_program_code, shared_by_name.period
),

declared as (
    select
        program_code,
        with_program_code,
        overlap
    from {{ ref('ref_overlaps') }}
    union distinct
    -- "within" has a direction, the others hold both ways.
    select
        with_program_code as program_code,
        program_code as with_program_code,
        overlap
    from {{ ref('ref_overlaps') }}
    where overlap <> 'within'
),

-- Every number as it enters, for program leads and for release.
sizes as (
    {% for audience in ['leads', 'release'] %}
        {% set released = audience == 'release' %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ audience }}' as audience,
            reports.period,
            reports.program_code,
            greatest(
                max({{ 'case when reports.value_low between 1 and 10 then 0 else reports.value_low end'
                    if released else 'reports.value_low' }}),
                coalesce(max({{ 'case when trusted.key_count > 10 then trusted.key_count end'
                    if released else 'trusted.key_count' }}), 0)
            ) as size_low,
            greatest(
                sum({{ 'case when reports.value_high between 1 and 10 then 10 else reports.value_high end'
                    if released else 'reports.value_high' }}),
                coalesce(max(contradicted.key_count), 0)
            ) as reported_high,
            count(distinct contradicted.program_code) as contradicted_count,
            count(*) as indicator_count,
            bool_and(reports.is_approved) as is_approved
        from reports
        left join trusted
            on
                reports.program_code = trusted.program_code
                and reports.period = trusted.period
        left join contradicted
            on
                reports.program_code = contradicted.program_code
                and reports.period = contradicted.period
        group by reports.period, reports.program_code
    {% endfor %}
),

shared_bounds as (
    {% for audience in ['leads', 'release'] %}
        {% set released = audience == 'release' %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ audience }}' as audience,
            program_code,
            with_program_code,
            period,
            {{ 'case when key_count > 10 then key_count else 0 end' if released else 'key_count' }} as shared_low,
            {{ 'greatest(key_count, 10)' if released else 'key_count' }} as shared_high
        from shared
    {% endfor %}
),

capped as (
    select
        sizes.audience,
        sizes.period,
        sizes.program_code,
        sizes.size_low,
        sizes.indicator_count,
        sizes.contradicted_count,
        sizes.is_approved,
        least(sizes.reported_high, coalesce(min(containers.reported_high), sizes.reported_high)) as size_high,
        count(containers.program_code) as container_count
    from sizes
    left join declared
        on
            sizes.program_code = declared.program_code
            and declared.overlap = 'within'
    left join sizes as containers
        on
            declared.with_program_code = containers.program_code
            and sizes.audience = containers.audience
            and sizes.period = containers.period
    group by
        sizes.audience,
        sizes.period,
        sizes.program_code,
        sizes.size_low,
        sizes.indicator_count,
        sizes.contradicted_count,
        sizes.is_approved,
        sizes.reported_high
),

-- Larger programs come first. What follows looks back only, so that nothing can be taken off in a circle.
ordered as (
    select
        capped.*,
        row_number() over (
            partition by audience, period order by size_high desc, container_count asc, program_code asc
        ) as size_order
    from capped
),

contained as (
    select distinct
        ordered.audience,
        ordered.period,
        ordered.program_code
    from ordered
    inner join declared
        on
            ordered.program_code = declared.program_code
            and declared.overlap = 'within'
    inner join ordered as containers
        on
            declared.with_program_code = containers.program_code
            and ordered.audience = containers.audience
            and ordered.period = containers.period
            and ordered.size_order > containers.size_order
),

kept as (
    select ordered.*
    from ordered
    left join contained
        on
            ordered.audience = contained.audience
            and ordered.period = contained.period
            and ordered.program_code = contained.program_code
    where contained.program_code is null
),

forest as (
    select
        kept.audience,
        kept.period,
        kept.program_code,
        max(shared_bounds.shared_low) as taken_off
    from kept
    inner join shared_bounds
        on
            kept.audience = shared_bounds.audience
            and kept.period = shared_bounds.period
            and kept.program_code = shared_bounds.program_code
    inner join kept as larger
        on
            shared_bounds.with_program_code = larger.program_code
            and shared_bounds.audience = larger.audience
            and shared_bounds.period = larger.period
            and kept.size_order > larger.size_order
    group by kept.audience, kept.period, kept.program_code
),

highs as (
    select
        kept.audience,
        kept.period,
        sum(kept.size_high) - coalesce(sum(forest.taken_off), 0) as reach_high
    from kept
    left join forest
        on
            kept.audience = forest.audience
            and kept.period = forest.period
            and kept.program_code = forest.program_code
    group by kept.audience, kept.period
),

-- The programs declared disjoint from one, unless two of them are not declared disjoint from each other.
neighbours as (
    select
        sizes.audience,
        sizes.period,
        sizes.program_code as anchor_code,
        sizes.size_low as anchor_low,
        others.program_code,
        others.size_low
    from sizes
    inner join declared
        on
            sizes.program_code = declared.program_code
            and declared.overlap = 'none'
    inner join sizes as others
        on
            declared.with_program_code = others.program_code
            and sizes.audience = others.audience
            and sizes.period = others.period
),

clashing as (
    select distinct
        neighbours.audience,
        neighbours.period,
        neighbours.anchor_code,
        neighbours.program_code
    from neighbours
    inner join neighbours as others
        on
            neighbours.audience = others.audience
            and neighbours.period = others.period
            and neighbours.anchor_code = others.anchor_code
            and neighbours.program_code <> others.program_code
    left join declared
        on
            neighbours.program_code = declared.program_code
            and others.program_code = declared.with_program_code
            and declared.overlap = 'none'
    where declared.program_code is null
),

families as (
    select
        neighbours.audience,
        neighbours.period,
        neighbours.anchor_low + sum(neighbours.size_low) as reach_low
    from neighbours
    left join clashing
        on
            neighbours.audience = clashing.audience
            and neighbours.period = clashing.period
            and neighbours.anchor_code = clashing.anchor_code
            and neighbours.program_code = clashing.program_code
    where clashing.program_code is null
    group by neighbours.audience, neighbours.period, neighbours.anchor_code, neighbours.anchor_low
),

counted_pairs as (
    select
        sizes.audience,
        sizes.period,
        sizes.size_low + others.size_low - coalesce(shared_bounds.shared_high, 0) as reach_low
    from sizes
    inner join declared
        on
            sizes.program_code = declared.program_code
            and declared.overlap = 'counted'
    inner join sizes as others
        on
            declared.with_program_code = others.program_code
            and sizes.audience = others.audience
            and sizes.period = others.period
    left join shared_bounds
        on
            sizes.audience = shared_bounds.audience
            and sizes.period = shared_bounds.period
            and sizes.program_code = shared_bounds.program_code
            and others.program_code = shared_bounds.with_program_code
    where
        sizes.contradicted_count = 0
        and others.contradicted_count = 0
),

audiences as (
    select distinct audience
    from sizes
),

candidates as (
    select
        audience,
        period,
        size_low as reach_low,
        'largest_program' as low_basis
    from sizes
    union all
    select
        audience,
        period,
        reach_low,
        'disjoint_programs' as low_basis
    from families
    union all
    select
        neighbours.audience,
        neighbours.period,
        neighbours.anchor_low + neighbours.size_low as reach_low,
        'disjoint_programs' as low_basis
    from neighbours
    union all
    select
        audience,
        period,
        reach_low,
        'counted_overlap' as low_basis
    from counted_pairs
    union all
    select
        audiences.audience,
        keyed_union.period,
        keyed_union.key_count as reach_low,
        'counted_people' as low_basis
    from keyed_union
    inner join audiences on audiences.audience = 'leads' or keyed_union.key_count > 10
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by audience, period
            order by
                reach_low desc,
                case low_basis
                    when 'largest_program' then 1 when 'disjoint_programs' then 2 when 'counted_overlap' then 3 else 4
                end
        ) as candidate_order
    from candidates
),

totals as (
    select
        sizes.audience,
        sizes.period,
        sum(sizes.reported_high) as reported_high,
        sum(sizes.indicator_count) as indicator_count,
        count(*) as program_count,
        sum(sizes.contradicted_count) as contradicted_count,
        bool_and(sizes.is_approved) as is_approved
    from sizes
    group by sizes.audience, sizes.period
),

bounded as (
    select
        totals.audience,
        totals.period,
        'total' as program_code,
        ranked.reach_low,
        highs.reach_high,
        ranked.low_basis,
        totals.reported_high - highs.reach_high as counted_twice,
        totals.program_count,
        totals.indicator_count,
        totals.contradicted_count,
        ranked.reach_low > highs.reach_high as is_contradicted,
        totals.is_approved
    from totals
    inner join highs
        on
            totals.audience = highs.audience
            and totals.period = highs.period
    inner join ranked
        on
            totals.audience = ranked.audience
            and totals.period = ranked.period
            and ranked.candidate_order = 1
    union all
    select
        audience,
        period,
        program_code,
        size_low as reach_low,
        size_high as reach_high,
        'largest_report' as low_basis,
        0 as counted_twice,
        1 as program_count,
        indicator_count,
        contradicted_count,
        contradicted_count > 0 or size_low > size_high as is_contradicted,
        is_approved
    from capped
),

-- What is declared without a published source: bounds that such a declaration can have moved say so.
assumed as (
    select
        max(case when overlap = 'none' then 1 else 0 end) = 1 as is_none,
        max(case when overlap = 'counted' then 1 else 0 end) = 1 as is_counted,
        max(case when overlap = 'within' then 1 else 0 end) = 1 as is_within
    from {{ ref('ref_overlaps') }}
    where basis = 'assumed'
),

-- Returns of a program stand once in the coverage, those of the indicator that lacks most.
coverage_by_indicator as (
    select
        program_code,
        period,
        coverage_met,
        coverage_due,
        is_synthetic,
        row_number() over (
            partition by program_code, period order by coverage_due - coverage_met desc, indicator_code
        ) as lacking_order
    from {{ ref('fct_kpi') }}
    where
        kind = 'reach'
        and span = 'since_start'
),

coverage as (
    select
        period,
        program_code,
        coverage_met,
        coverage_due,
        is_synthetic
    from coverage_by_indicator
    where lacking_order = 1
    union all
    select
        period,
        'total' as program_code,
        sum(coverage_met) as coverage_met,
        sum(coverage_due) as coverage_due,
        bool_or(is_synthetic) as is_synthetic
    from coverage_by_indicator
    where lacking_order = 1
    group by period
)

select
    bounded.audience,
    bounded.period,
    bounded.program_code,
    bounded.low_basis,
    coalesce(
        (bounded.low_basis = 'disjoint_programs' and assumed.is_none)
        or (bounded.low_basis = 'counted_overlap' and assumed.is_counted)
        or (bounded.counted_twice > 0 and assumed.is_within), false
    ) as is_assumed,
    bounded.program_count,
    bounded.indicator_count,
    bounded.is_approved,
    coalesce(released.is_unchanged, false) as is_unchanged,
    bounded.is_contradicted,
    cast(bounded.contradicted_count as integer) as contradicted_count,
    cast(case when not bounded.is_contradicted then bounded.reach_low end as decimal(24, 4)) as reach_low,
    cast(case when not bounded.is_contradicted then bounded.reach_high end as decimal(24, 4)) as reach_high,
    cast(bounded.counted_twice as decimal(24, 4)) as counted_twice,
    coalesce(coverage.coverage_met, 0) as coverage_met,
    coalesce(coverage.coverage_due, 0) as coverage_due,
    coalesce(coverage.is_synthetic, false) as is_synthetic
from bounded
cross join assumed
left join coverage
    on
        bounded.period = coverage.period
        and bounded.program_code = coverage.program_code
left join {{ ref('int_spans__released') }} as released
    on
        bounded.program_code = released.program_code
        and bounded.period = released.period
        and released.span = 'since_start'

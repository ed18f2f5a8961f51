with named as (
    select
        partner_code,
        period,
        roundtable_id,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_cheer__roundtables') }}
),

addressed as (
    select
        partner_code,
        period,
        solution_id,
        roundtable_id,
        {{ each_code('barrier_codes') }} as barrier_code
    from {{ ref('stg_cheer__solutions') }}
)

select distinct
    addressed.partner_code,
    addressed.period,
    addressed.solution_id,
    addressed.barrier_code
from addressed
inner join named
    on
        addressed.partner_code = named.partner_code
        and addressed.roundtable_id = named.roundtable_id
        and addressed.barrier_code = named.barrier_code
        and addressed.period >= named.period

with ranked as (
    select
        kpi.*,
        periods.period_year,
        row_number() over (
            partition by kpi.indicator_code, periods.period_year order by periods.period_index desc
        ) as newest_first
    from {{ ref('fct_kpi') }} as kpi
    inner join {{ ref('dim_period') }} as periods on kpi.period = periods.period
    where kpi.is_headline
)

select *
from ranked
where newest_first = 1

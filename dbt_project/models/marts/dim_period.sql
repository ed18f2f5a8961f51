with years as (
    {% for year in range(2023, 2031) %}
        {% if not loop.first %}union all{% endif %}
        select {{ year }} as period_year
    {% endfor %}
),

quarters as (
    {% for quarter in range(1, 5) %}
        {% if not loop.first %}union all{% endif %}
        select {{ quarter }} as period_quarter
    {% endfor %}
),

spine as (
    select
        concat(cast(years.period_year as string), '-Q', cast(quarters.period_quarter as string)) as period,
        years.period_year,
        quarters.period_quarter
    from years
    cross join quarters
),

dated as (
    select
        spine.*,
        {{ quarter_index('period') }} as period_index,
        make_date(period_year, period_quarter * 3 - 2, 1) as period_start_date,
        {{ quarter_end('period') }} as period_end_date
    from spine
)

select
    period,
    period_year,
    period_quarter,
    period_index,
    period_start_date,
    period_end_date,
    period_start_date <= {{ as_of_date() }} as is_started,
    period_end_date < {{ as_of_date() }} as is_ended
from dated

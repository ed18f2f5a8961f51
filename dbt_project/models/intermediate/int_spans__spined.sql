{{ config(materialized='table') }}

with periods as (
    select
        indicators.indicator_code,
        indicators.program_code,
        indicators.kind,
        indicators.overlap,
        indicators.unit,
        periods.period,
        periods.period_year,
        periods.period_end_date,
        periods.period_index as to_index,
        indicators.first_period_index
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('dim_period') }} as periods
        on
            indicators.first_period_index <= periods.period_index
            and periods.is_ended
    -- Survey estimates speak of a wave, not of quarters.
    where indicators.kind <> 'survey'
)

{% for span, from_index in [
    ('quarter', 'to_index'), ('year_to_date', 'period_year * 4'), ('since_start', 'first_period_index')
] %}
    {% if not loop.first %}union all{% endif %}
    select
        indicator_code,
        program_code,
        kind,
        overlap,
        unit,
        period,
        period_end_date,
        '{{ span }}' as span,
        {{ from_index }} as from_index,
        to_index
    from periods
{% endfor %}

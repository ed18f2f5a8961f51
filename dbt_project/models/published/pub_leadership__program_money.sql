with counting as (
    select
        entries.*,
        periods.period as entry_quarter
    from {{ ref('fct_investment_entries') }} as entries
    left join {{ ref('dim_period') }} as periods
        on entries.entry_date between periods.period_start_date and periods.period_end_date
    where entries.counts_to_goal
),

split as (
    {% for dimension, code, name in [
        ('year', 'cast(entry_year as string)', 'cast(entry_year as string)'),
        ('quarter', 'entry_quarter', 'entry_quarter'),
        ('country', 'country_code', 'country_name'),
        ('pillar', 'pillar_code', 'pillar_name'),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            funded_program_code as program_code,
            funded_program_name as program_name,
            '{{ dimension }}' as dimension,
            {{ code }} as member_code,
            {{ name }} as member_name,
            -- Empty, not zero, where nothing of the kind is recorded.
            cast(sum(case when entry_type_code = 'budget' then budget_eur end) as decimal(18, 2)) as budget_eur,
            cast(sum(case when entry_type_code = 'commitment' then committed_eur end) as decimal(18, 2))
                as committed_eur,
            cast(sum(case when entry_type_code = 'payment' then paid_eur end) as decimal(18, 2)) as paid_eur,
            bool_or(is_synthetic) as is_synthetic
        from counting
        {% if dimension == 'quarter' %}
            -- A budget is of a year.
            where entry_type_code <> 'budget'
        {% endif %}
        group by funded_program_code, funded_program_name, {{ code }}{% if name != code %}, {{ name }}{% endif %}
    {% endfor %}
)

select
    program_code,
    program_name,
    dimension,
    member_code,
    member_name,
    budget_eur,
    committed_eur,
    paid_eur,
    is_synthetic
from split

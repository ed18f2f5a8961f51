with split as (
    {% for dimension, code, name in [
        ('year', 'cast(entry_year as string)', 'cast(entry_year as string)'),
        ('pillar', 'pillar_code', 'pillar_name'),
        ('program', 'funded_program_code', 'funded_program_name'),
        ('country', 'country_code', 'country_name'),
        ('kind', 'kind_code', 'kind_name'),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ dimension }}' as dimension,
            {{ code }} as member_code,
            {{ name }} as member_name,
            -- The budget is not split by country or kind: there is no plan to hold a payment against.
            {% if dimension in ('year', 'pillar', 'program') %}
                max(case when entry_type_code = 'budget' then 1 else 0 end) = 1 as is_planned,
            {% else %}
                false as is_planned,
            {% endif %}
            cast(sum(budget_eur) as decimal(18, 2)) as budget_eur,
            cast(sum(committed_eur) as decimal(18, 2)) as committed_eur,
            cast(sum(paid_eur) as decimal(18, 2)) as paid_eur,
            bool_or(is_synthetic) as is_synthetic
        from {{ ref('fct_investment_entries') }}
        where counts_to_goal
        group by {{ code }}{% if name != code %}, {{ name }}{% endif %}
    {% endfor %}
)

select
    dimension,
    member_code,
    member_name,
    budget_eur,
    committed_eur,
    paid_eur,
    cast(case when is_planned then paid_eur - budget_eur end as decimal(18, 2)) as difference_eur,
    cast(
        cast(
            round(
                100 * cast(paid_eur as double)
                / nullif(cast(sum(paid_eur) over (partition by dimension) as double), 0), 10
            ) as decimal(20, 10)
        ) as decimal(9, 2)
    ) as paid_share_pct,
    is_synthetic
from split

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
        cast(sum(budget_eur) as decimal(18, 2)) as budget_eur,
        cast(sum(committed_eur) as decimal(18, 2)) as committed_eur,
        cast(sum(paid_eur) as decimal(18, 2)) as paid_eur,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_investment_entries') }}
    where counts_to_goal
    group by {{ code }}{% if name != code %}, {{ name }}{% endif %}
{% endfor %}

with counting as (
    select
        entries.*,
        -- A payment can be held against a country's budget only where the budget of its year, program and pillar names
        -- countries.
        max(
            case when entries.entry_type_code = 'budget' and entries.country_code <> 'not_split' then 1 else 0 end
        ) over (
            partition by entries.entry_year, entries.funded_program_code, entries.pillar_code
        ) = 1 as is_split_by_country
    from {{ ref('fct_investment_entries') }} as entries
    where entries.counts_to_goal
),

split as (
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
            -- Empty, not zero, where nothing of the kind is recorded by this dimension.
            cast(sum(case when entry_type_code = 'budget' then budget_eur end) as decimal(18, 2)) as budget_eur,
            cast(
                sum({{ "case when " ~ code ~ " <> 'not_split' then committed_eur end"
                    if dimension in ('country', 'kind') else 'committed_eur' }}) as decimal(18, 2)
            ) as committed_eur,
            cast(
                sum({{ "case when " ~ code ~ " <> 'not_split' then paid_eur end"
                    if dimension in ('country', 'kind') else 'paid_eur' }}) as decimal(18, 2)
            ) as paid_eur,
            cast(
                sum({{ 'case when is_split_by_country then paid_eur end' if dimension == 'country' else 'paid_eur' }})
                as decimal(18, 2)
            ) as comparable_eur,
            bool_or(is_synthetic) as is_synthetic
        from counting
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
    cast(case when member_code <> 'not_split' then comparable_eur - budget_eur end as decimal(18, 2))
        as difference_eur,
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

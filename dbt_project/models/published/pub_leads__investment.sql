select
    entry_year as year,
    pillar_code,
    pillar_name,
    funded_program_code as program_code,
    funded_program_name as program_name,
    country_code,
    country_name,
    kind_code as kind,
    counts_to_goal,
    cast(sum(budget_eur) as decimal(18, 2)) as budget_eur,
    cast(sum(committed_eur) as decimal(18, 2)) as committed_eur,
    cast(sum(paid_eur) as decimal(18, 2)) as paid_eur,
    bool_or(is_synthetic) as is_synthetic
from {{ ref('fct_investment_entries') }}
group by
    entry_year,
    pillar_code,
    pillar_name,
    funded_program_code,
    funded_program_name,
    country_code,
    country_name,
    kind_code,
    counts_to_goal

with source as (
    select *
    from {{ source('steps', 'survey_quantiles') }}
),

renamed as (
    select
        cast(query_code as string) as query_code,
        cast(outcome_code as string) as outcome_code,
        cast(t_df as double) as t_df,
        cast(t_one_sided as double) as t_one_sided,
        cast(t_power as double) as t_power,
        cast(p_value as double) as p_value,
        cast(n_eff_df as double) as n_eff_df,
        cast(beta_lo as double) as beta_lo,
        cast(beta_hi as double) as beta_hi,
        cast(kg_a_lo as double) as kg_a_lo,
        cast(kg_a_hi as double) as kg_a_hi,
        cast(kg_b_lo as double) as kg_b_lo,
        cast(kg_b_hi as double) as kg_b_hi
    from source
)

select *
from renamed

-- Primary suppression: a count of 1 to 10 people is hidden, and so is the verdict that derives from it.
select
    claim_code,
    claim_number,
    program_code,
    about,
    source_sentence,
    page_title,
    page_date,
    timing,
    speaks_for_date,
    measure,
    measure_code,
    indicator_name,
    comparison,
    cast(claimed_value as decimal(24, 2)) as claimed_value,
    unit,
    cast(tolerance as decimal(24, 2)) as tolerance,
    tolerance_reason,
    caveat,
    period,
    wave_code,
    {% for column in ['value', 'value_low', 'value_high'] %}
        cast(case when not is_small then {{ column }} end as decimal(24, 2)) as {{ column }},
    {% endfor %}
    is_small as is_suppressed,
    coverage_met,
    coverage_due,
    case when is_small then 'cannot_tell' else verdict end as verdict,
    case when is_small then 'hidden' else reason_code end as reason_code,
    case
        when is_small
            then concat(
                case
                    when is_synthetic then 'On the synthetic sample; says nothing about the initiative. '
                    else ''
                end, 'A count of 1 to 10 people is hidden here.'
            )
        else why
    end as why,
    case when is_small then 'The restricted tables, which program leads read' else needed end as needed,
    is_synthetic
from {{ ref('fct_claims') }}

with figures as (
    select
        indicator_code,
        partner_code,
        period_index
    from {{ ref('fct_indicator_values') }}
    where not is_nil
    group by indicator_code, partner_code, period_index
),

-- Partners with a figure of a level anywhere in a span.
levels as (
    select
        spans.indicator_code,
        spans.period,
        spans.span,
        figures.partner_code
    from {{ ref('int_spans__spined') }} as spans
    inner join figures
        on
            spans.indicator_code = figures.indicator_code
            and spans.from_index <= figures.period_index
            and spans.to_index >= figures.period_index
    where spans.kind = 'stock'
    group by spans.indicator_code, spans.period, spans.span, figures.partner_code
),

-- One row per indicator, span and return owed or excused in it.
returns as (
    select
        spans.indicator_code,
        spans.period,
        spans.span,
        spans.kind,
        obligations.partner_code,
        obligations.obligation_state,
        concat(obligations.period, ' of ', obligations.partner_name) as return_name,
        obligations.period as return_period,
        obligations.period_index = spans.to_index as is_last,
        obligations.is_met,
        obligations.is_owed and waivers.partner_code is null as is_counted,
        case
            when obligations.submission_state = 'partially_accepted' then obligations.quarantined_row_count
            else 0
        end as quarantined_row_count,
        figures.partner_code is not null as has_figure,
        levels.partner_code is not null as has_level
    from {{ ref('int_spans__spined') }} as spans
    inner join {{ ref('fct_obligations') }} as obligations
        on
            spans.program_code = obligations.program_code
            and spans.from_index <= obligations.period_index
            and spans.to_index >= obligations.period_index
    left join {{ ref('int_indicator_waivers__active') }} as waivers
        on
            obligations.program_code = waivers.program_code
            and obligations.partner_code = waivers.partner_code
            and obligations.period = waivers.period
            and spans.indicator_code = waivers.indicator_code
    left join figures
        on
            spans.indicator_code = figures.indicator_code
            and obligations.partner_code = figures.partner_code
            and obligations.period_index = figures.period_index
    left join levels
        on
            spans.indicator_code = levels.indicator_code
            and spans.period = levels.period
            and spans.span = levels.span
            and obligations.partner_code = levels.partner_code
),

-- What the figure lacks: returns that are not in, and returns that are in but left it blank. A return with nothing to
-- report is a zero of a sum and of people reached; it says nothing about a level.
graded as (
    select
        returns.*,
        case
            when not is_counted then 'excused'
            when obligation_state in ('due', 'not_due') then 'due'
            when not is_met then 'missing'
            when kind = 'stock' and is_last and not has_level then 'blank'
            when kind <> 'stock' and obligation_state = 'reported' and not has_figure then 'blank'
            else 'in'
        end as standing
    from returns
),

-- The first three of those that are missing and of those not yet due are named.
ranked as (
    select
        indicator_code,
        period,
        span,
        standing,
        return_name,
        return_period,
        row_number() over (
            partition by indicator_code, period, span, standing order by return_period, return_name
        ) as standing_row
    from graded
    where standing in ('missing', 'due')
),

named as (
    select
        indicator_code,
        period,
        span,
        {% for standing in ['missing', 'due'] %}
            {% for detail, name in [('names', 'return_name'), ('quarters', 'return_period')] %}
                replace(
                    {{ joined_values("case when standing = '" ~ standing ~ "' then " ~ name ~ " end") }},
                    '; ', ', '
                ) as {{ standing }}_{{ detail }}{% if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from ranked
    where standing_row <= 3
    group by indicator_code, period, span
),

counted as (
    select
        indicator_code,
        period,
        span,
        count(case when is_counted and is_met then 1 end) as coverage_met,
        count(case when is_counted then 1 end) as coverage_due,
        count(case when standing = 'excused' then 1 end) as excused_count,
        count(case when standing = 'missing' then 1 end) as missing_count,
        count(case when standing = 'due' then 1 end) as due_count,
        count(case when standing = 'blank' then 1 end) as blank_count,
        sum(quarantined_row_count) as quarantined_row_count
    from graded
    group by indicator_code, period, span
),

notes as (
    select
        counted.*,
        named.missing_names,
        named.missing_quarters,
        named.due_names,
        named.due_quarters
    from counted
    left join named
        on
            counted.indicator_code = named.indicator_code
            and counted.period = named.period
            and counted.span = named.span
),

joined as (
    select
        spans.indicator_code,
        spans.period,
        spans.period_end_date,
        spans.span,
        spans.to_index,
        indicators.program_code,
        indicators.kind,
        indicators.direction,
        indicators.baseline_value,
        indicators.baseline_index,
        indicators.target_value,
        indicators.target_year,
        indicators.target_index,
        indicators.target_basis,
        indicators.is_synthetic,
        spans.span = indicators.headline_span as is_headline,
        measured.value,
        measured.value_low,
        measured.value_high,
        measured.numerator_low,
        measured.numerator_high,
        measured.denominator,
        measured.origin_submissions,
        coalesce(measured.partner_count, 0) as partner_count,
        coalesce(notes.coverage_met, 0) as coverage_met,
        coalesce(notes.coverage_due, 0) as coverage_due,
        coverage.coverage_share_pct,
        coalesce(notes.blank_count, 0) as blank_count,
        case
            when measured.value_low is null then 'no_data'
            when measured.is_approved and released.is_unchanged then 'released'
            when measured.is_approved then 'approved'
            else 'provisional'
        end as data_status,
        coalesce(released.changed_count > 0, false) as is_revised,
        case
            when released.changed_count > 0 then concat('Returns behind it changed since ', released.release_name)
        end as revised_note,
        -- What is only known within bounds is judged by its less favourable bound, and by both where that decides.
        case when indicators.direction = 'decrease' then measured.value_high else measured.value_low end
            as judged_value,
        case when indicators.direction = 'decrease' then measured.value_low else measured.value_high end
            as better_value,
        case when indicators.direction = 'decrease' then -1 else 1 end as sign,
        -- Nothing more is planned after the last target.
        case
            when spans.to_index > indicators.target_index then indicators.target_value
            else targets_path.planned_value
        end as planned_value,
        {% for note in ['change_note', 'change_note_released'] %}
            case
                when spans.span = indicators.headline_span
                    then nullif(concat_ws('; ', targets_path.{{ note }}, indicators.{{ note }}), '')
            end as target_{{ note }},
        {% endfor %}
        coalesce(forecasts.forecast_value, level_forecasts.forecast_value) as forecast_value,
        coalesce(forecasts.forecast_low, level_forecasts.forecast_low) as forecast_low,
        coalesce(forecasts.forecast_high, level_forecasts.forecast_high) as forecast_high,
        {% for standing, words in [('missing', ' returns missing: '), ('due', ' returns not yet due: ')] %}
            {% for detail in ['names', 'quarters'] %}
                case
                    when notes.{{ standing }}_count > 0
                        then concat(
                            cast(notes.{{ standing }}_count as string), ' of ', cast(notes.coverage_due as string),
                            '{{ words }}', notes.{{ standing }}_{{ detail }},
                            case
                                when notes.{{ standing }}_count > 3
                                    then concat(' and ', cast(notes.{{ standing }}_count - 3 as string), ' more')
                                else ''
                            end
                        )
                end as {{ standing }}_{{ detail }}_note,
            {% endfor %}
        {% endfor %}
        concat_ws(
            '; ',
            case
                when notes.excused_count > 0
                    then concat('Excused, not counted in coverage: ', cast(notes.excused_count as string))
            end,
            case
                when notes.quarantined_row_count > 0
                    then concat('Rows set aside: ', cast(notes.quarantined_row_count as string))
            end,
            case
                when measured.carried_partner_count > 0
                    then concat('Partners by an earlier report: ', cast(measured.carried_partner_count as string))
            end,
            case
                when measured.value_low is not null and notes.blank_count > 0
                    then concat('Returns without this figure: ', cast(notes.blank_count as string))
            end
        ) as other_notes
    from {{ ref('int_spans__spined') }} as spans
    inner join {{ ref('dim_indicator') }} as indicators on spans.indicator_code = indicators.indicator_code
    left join {{ ref('fct_indicator_spans') }} as measured
        on
            spans.indicator_code = measured.indicator_code
            and spans.period = measured.period
            and spans.span = measured.span
            and measured.dimension = 'total'
    left join notes
        on
            spans.indicator_code = notes.indicator_code
            and spans.period = notes.period
            and spans.span = notes.span
    left join {{ ref('int_coverage__weighed') }} as coverage
        on
            spans.indicator_code = coverage.indicator_code
            and spans.period = coverage.period
            and spans.span = coverage.span
    left join {{ ref('int_spans__released') }} as released
        on
            spans.program_code = released.program_code
            and spans.period = released.period
            and spans.span = released.span
    left join {{ ref('fct_targets_path') }} as targets_path
        on
            spans.indicator_code = targets_path.indicator_code
            and spans.period = targets_path.period
    left join {{ ref('int_stocks__forecast') }} as level_forecasts
        on
            spans.indicator_code = level_forecasts.indicator_code
            and spans.period = level_forecasts.period
            and spans.span = 'quarter'
    left join {{ ref('int_flows__forecast') }} as forecasts
        on
            spans.indicator_code = forecasts.indicator_code
            and spans.period = forecasts.period
            and spans.span = 'since_start'
),

{{ graded_progress('joined') }},

noted as (
    select
        assessed.*,
        case when verdict = 'bounds_differ' then 'Bounds too wide to judge progress' end as progress_note
    from assessed
)

select
    indicator_code,
    program_code,
    kind,
    period,
    period_end_date,
    span,
    is_headline,
    value,
    value_low,
    value_high,
    numerator_low,
    numerator_high,
    denominator,
    coverage_met,
    coverage_due,
    coverage_share_pct,
    blank_count,
    data_status,
    is_revised,
    partner_count,
    origin_submissions,
    is_synthetic,
    -- What is released does not say whose return is missing.
    nullif(
        concat_ws(
            '; ', missing_names_note, due_names_note, progress_note, nullif(other_notes, ''), revised_note,
            target_change_note
        ), ''
    ) as footnote,
    nullif(
        concat_ws(
            '; ',
            missing_quarters_note,
            due_quarters_note,
            -- A row can be a person: how many were set aside is not released.
            nullif(regexp_replace(other_notes, 'Rows set aside: [0-9]+', 'Rows set aside'), ''),
            revised_note,
            target_change_note_released
        ), ''
    ) as footnote_released,
    progress_note,
    case when is_headline then baseline_value end as baseline_value,
    case when is_headline then target_value end as target_value,
    case when is_headline then target_year end as target_year,
    case when is_headline then target_basis end as target_basis,
    case when is_headline then planned_value end as planned_value,
    {{ pace_columns() }},
    cast(forecast_value as decimal(24, 4)) as forecast_2030,
    cast(forecast_low as decimal(24, 4)) as forecast_2030_low,
    cast(forecast_high as decimal(24, 4)) as forecast_2030_high,
    case when verdict = 'bounds_differ' then 'not_assessable' else verdict end as progress_status
from noted

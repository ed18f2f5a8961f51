{# What is said of a total in which programs list more people than they report. #}
{% macro listed_more(count) -%}
    case
        when {{ count }} = 1
            then '1 program lists more people than it reports: its report is the least it adds, its list the most'
        else concat(
            cast({{ count }} as string),
            ' programs list more people than they report: the reports are the least they add, the lists the most'
        )
    end
{%- endmacro %}

{# Expressions that engines spell differently. Each is dispatched; models stay plain SQL. #}

{# Distinct values of a group, sorted and joined by "; ", so that rebuilds are identical; null where there are none.
   What is joined (ids, labels, names) is never an empty text: alone in a group that would be null too. #}
{% macro joined_values(expression) -%}
    {{ adapter.dispatch("joined_values", "impact")(expression) }}
{%- endmacro %}

{% macro duckdb__joined_values(expression) -%}
    nullif(array_to_string(list_sort(list_distinct(list({{ expression }}))), '; '), '')
{%- endmacro %}

{% macro spark__joined_values(expression) -%}
    nullif(array_join(array_sort(collect_set({{ expression }})), '; '), '')
{%- endmacro %}

{# An amount in euro: as it is where the currency is the euro, else by the rate of the day. #}
{% macro amount_in_eur(amount, currency, rate) -%}
    cast(
        case
            when {{ currency }} = 'EUR' then {{ amount }}
            else {{ to_eur(amount, rate) }}
        end as decimal(18, 2)
    )
{%- endmacro %}

{# Native amount → EUR, half away from zero to the cent, in exact arithmetic; rate is units per euro. #}
{% macro to_eur(amount, rate) -%}
    {{ adapter.dispatch("to_eur", "impact")(amount, rate) }}
{%- endmacro %}

{% macro duckdb__to_eur(amount, rate) -%}
    sign({{ amount }})
    * cast(
        (
            cast(abs({{ amount }}) * 100 as hugeint) * 2000000
            + cast({{ rate }} * 1000000 as hugeint)
        )
        // (cast({{ rate }} * 1000000 as hugeint) * 2)
        as decimal(20, 0)
    )
    * 0.01
{%- endmacro %}

{# Without sign(), which is a double on Spark; a quotient of decimals would be rounded before it is cut to the cent. #}
{% macro spark__to_eur(amount, rate) -%}
    case when {{ amount }} < 0 then -1 else 1 end
    * cast(
        (
            cast(abs({{ amount }}) * 100 as decimal(20, 0)) * 2000000
            + cast({{ rate }} * 1000000 as decimal(17, 0))
        )
        div (cast({{ rate }} * 1000000 as decimal(17, 0)) * 2)
        as decimal(20, 0)
    )
    * 0.01
{%- endmacro %}

{#
    What two spellings of a place's name have in common: "St. Louis " and "st louis" are one place. Null where
    no letter or digit is left, since a place without a name can be any place.
#}
{% macro place_key(place) -%}
    {{ adapter.dispatch("place_key", "impact")(place) }}
{%- endmacro %}

{% macro duckdb__place_key(place) -%}
    nullif(regexp_replace(lower(strip_accents({{ place }})), '[^\p{L}\p{N}]', '', 'g'), '')
{%- endmacro %}

{# Spark has no function that takes accents away; the library it sorts with (ICU) takes letters apart and joins them. #}
{% macro spark__place_key(place) -%}
    {%- set given = "coalesce(" ~ place ~ ", '')" -%}
    {%- set apart = "lower(java_method('com.ibm.icu.text.Normalizer', 'decompose', " ~ given ~ ", false))" -%}
    {%- set bare = "regexp_replace(" ~ apart ~ ", '[^\\\\p{L}\\\\p{N}]', '')" -%}
    nullif(java_method('com.ibm.icu.text.Normalizer', 'compose', {{ bare }}, false), '')
{%- endmacro %}

{# One row per code of a column that holds several codes joined by ";". #}
{% macro each_code(column) -%}
    {{ adapter.dispatch("each_code", "impact")(column) }}
{%- endmacro %}

{% macro duckdb__each_code(column) -%}
    unnest(string_split({{ column }}, ';'))
{%- endmacro %}

{% macro spark__each_code(column) -%}
    explode(split({{ column }}, ';'))
{%- endmacro %}

{#
    A number that equal rows share, by which a few suspects are found among very many rows; unequal rows can share it
    too. Grouping by the columns themselves would hold every row in memory.
#}
{% macro row_key(columns) -%}
    {{ adapter.dispatch("row_key", "impact")(columns) }}
{%- endmacro %}

{% macro duckdb__row_key(columns) -%}
    hash({{ columns | join(", ") }})
{%- endmacro %}

{% macro spark__row_key(columns) -%}
    xxhash64({{ columns | join(", ") }})
{%- endmacro %}

{# Keys that more than one row of a relation has. #}
{% macro shared_keys(relation, columns) -%}
    select {{ row_key(columns) }} as shared_key
    from {{ relation }}
    group by {{ row_key(columns) }}
    having count(*) > 1
{%- endmacro %}

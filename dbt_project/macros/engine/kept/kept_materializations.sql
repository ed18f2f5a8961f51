{#
    dbt's own materializations for DuckDB, which leave what need not be built again (kept.sql). A table is dropped and
    written in one transaction, so that readers and a stopped run find the old one or the new one.
#}

{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set plan = kept_plan(compiled_code, existing is not none and existing.is_table) -%}
    {% if plan.do == "keep" %}
        {% call noop_statement("main", "KEPT", "KEPT", 0) %}select 1{% endcall %}
        {{ return({"relations": [target]}) }}
    {% endif %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if plan.do == "programs" %}
        {% set programs = "('" ~ plan.programs | join("', '") ~ "')" %}
        {% set made = kept_narrowed(compiled_code, model.depends_on.nodes, plan.programs, var("seals")) %}
        {% call statement("main") %}
            delete from {{ target }} where program_code in {{ programs }};
            insert into {{ target }} by name
            select * from (
                {{ made }}
            ) as made where program_code in {{ programs }};
        {% endcall %}
    {% else %}
        {% call statement("main") %}
            {% if existing is not none %}drop {{ existing.type }} if exists {{ existing }};{% endif %}
            {{ create_table_as(False, target, compiled_code, "sql") }}
        {% endcall %}
    {% endif %}
    {% do kept_note(target, plan) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type="view") -%}
    {%- set plan = kept_plan(sql, existing is not none and existing.is_view) -%}
    {% if plan.do == "keep" %}
        {% call noop_statement("main", "KEPT", "KEPT", 0) %}select 1{% endcall %}
        {{ return({"relations": [target]}) }}
    {% endif %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement("main") %}
        {% if existing is not none %}drop {{ existing.type }} if exists {{ existing }};{% endif %}
        {{ get_create_view_as_sql(target, sql) }}
    {% endcall %}
    {% do kept_note(target, plan) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization seed, adapter="duckdb" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set plan = kept_plan(tojson(model.checksum), existing is not none and existing.is_table) -%}
    {% if plan.do == "keep" %}
        {% do store_result("agate_table", response="OK") %}
        {% call noop_statement("main", "KEPT", "KEPT", 0) %}select 1{% endcall %}
        {{ return({"relations": [target]}) }}
    {% endif %}
    {%- set agate_table = load_agate_table() -%}
    {% do store_result("agate_table", response="OK", agate_table=agate_table) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement("dropped") %}
        {% if existing is not none %}drop {{ existing.type }} if exists {{ existing }}{% else %}select 1{% endif %}
    {% endcall %}
    {% set create_sql = create_csv_table(model, agate_table) %}
    {% set rows_sql = load_csv_rows(model, agate_table) if agate_table.rows | length else "" %}
    {% call noop_statement("main", "INSERT " ~ agate_table.rows | length, "INSERT", agate_table.rows | length) %}
        {{ get_csv_sql(create_sql, rows_sql) }};
    {% endcall %}
    {% do kept_note(target, plan) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization test, adapter="duckdb" %}
    {% set seals = var("seals", none) %}
    {% set ids = model.depends_on.nodes %}
    {% set calc, warn_if, error_if = config.get("fail_calc"), config.get("warn_if"), config.get("error_if") %}
    {% set state = namespace(sql=sql, seal=none, todo=["all"]) %}
    {% if seals %}
        {% set notes = kept_notes(ids) %}
        {% set base = local_md5([sql, calc, warn_if, error_if, config.get("limit"), seals.made_by] | join("\n")) %}
        {% set known = run_query(
            "select seal from kept.passed where test = '" ~ model.unique_id ~ "' order by number desc limit 1"
        ) %}
        {% set before = fromjson(known.rows[0][0]) if known.rows | length else {} %}
        {% if before.get("s") != base %}{% set before = {} %}{% endif %}
        {% if kept_test_is_by_program(ids) %}
            {% set inputs = {} %}
            {% for program in seals.programs %}
                {% do inputs.update({program: kept_inputs(ids, notes, seals, program)}) %}
            {% endfor %}
        {% else %}
            {% set inputs = {"all": kept_inputs(ids, notes, seals)} %}
        {% endif %}
        {% set state.todo = [] %}
        {% for part, held in inputs.items() %}
            {% if held is none or before.get("i", {}).get(part) != held %}{% do state.todo.append(part) %}{% endif %}
        {% endfor %}
        {% if none not in inputs.values() %}
            {% set state.seal = tojson({"s": base, "i": inputs}, sort_keys=true) %}
        {% endif %}
        {% if "all" not in inputs and state.todo and state.todo | length <= 3 and before %}
            {% set state.sql = kept_narrowed(sql, [model.attached_node], state.todo, seals) %}
        {% endif %}
    {% endif %}
    {% if not state.todo %}
        {% call statement("main", fetch_result=True) %}
            select 0 as failures, false as should_warn, false as should_error
        {% endcall %}
        {{ return({"relations": []}) }}
    {% endif %}
    {% call statement("main", fetch_result=True) %}
        {{ get_test_sql(get_limit_subquery_sql(state.sql, config.get("limit")), calc, warn_if, error_if, limit=none) }}
    {% endcall %}
    {% if state.seal is not none and load_result("main").table.rows[0][0] == 0 %}
        {% do run_query(
            "insert into kept.passed values (nextval('kept.numbers'), '" ~ model.unique_id ~ "', '" ~ state.seal ~ "')"
        ) %}
        {% do adapter.commit() %}
    {% endif %}
    {{ return({"relations": []}) }}
{% endmaterialization %}

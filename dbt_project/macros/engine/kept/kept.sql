{#
    What need not be built again, on DuckDB. Each table, view and seed carries a note (its comment): a seal over its SQL,
    its configuration and what its inputs hold, and a hash over its own rows. Where the seal a build would give is the
    one it has, it is left as it is; so is what rests on it as long as its rows came out the same. A test is remembered
    with the seal it passed under. The note is written in the transaction that writes the rows. Without the variable
    "seals", which orchestration/kept.py makes, everything is built.

    A model marked "by_program: made" (config.meta) promises that its rows of a program are made from rows of that
    program alone, of whatever input is marked too or lies in a program's folder. Then only programs with other inputs
    are built: the refs of such inputs are narrowed to them. "by_program: noted" says only that program_code names the
    program whose partners reported the rows. "program_filter: false" keeps a ref whole where it has no program_code.
#}

{# The program whose folder a model lies in; its rows are of that program. #}
{% macro kept_owner(node, programs) %}
    {{ return(node.fqn[2] if node.fqn | length > 3 and node.fqn[2] in programs else none) }}
{% endmacro %}

{# Notes of relations by unique id; a relation without one is missing. #}
{% macro kept_notes(ids) %}
    {% set names, notes = {}, {} %}
    {% for id in ids if id in graph.nodes %}
        {% do names.update({graph.nodes[id].schema ~ "." ~ graph.nodes[id].alias: id}) %}
    {% endfor %}
    {% if names %}
        {% set listed = "('" ~ names.keys() | join("', '") ~ "')" %}
        {% set found = run_query(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where comment like '{%'"
            ~ " and schema_name || '.' || table_name in " ~ listed
            ~ " union all select schema_name || '.' || view_name, comment from duckdb_views() where comment like '{%'"
            ~ " and schema_name || '.' || view_name in " ~ listed
        ) %}
        {% for row in found.rows %}
            {% do notes.update({names[row[0]]: fromjson(row[1])}) %}
        {% endfor %}
    {% endif %}
    {{ return(notes) }}
{% endmacro %}

{#
    What the inputs hold for one program, or as a whole where none is given, as one text; none where an input is not
    known, which is then never the same.
#}
{% macro kept_inputs(ids, notes, seals, program=none, narrow=none) %}
    {% set held = [] %}
    {% for id in ids %}
        {% set node = graph.nodes[id] if id in graph.nodes else none %}
        {% if node is none %}
            {% set source = graph.sources[id] %}
            {% do held.append(seals.sources.get(source.source_name ~ "." ~ source.name)) %}
        {% elif id not in notes %}
            {% do held.append(none) %}
        {% elif program is none or (narrow is not none and id not in narrow) %}
            {% do held.append(notes[id].c) %}
        {% elif notes[id].p is defined %}
            {% do held.append(notes[id].p.get(program, "")) %}
        {% elif kept_owner(node, seals.programs) is not none %}
            {% do held.append(notes[id].c if kept_owner(node, seals.programs) == program else "") %}
        {% else %}
            {% do held.append(notes[id].c) %}
        {% endif %}
    {% endfor %}
    {{ return(none if none in held else local_md5(held | join(" "))) }}
{% endmacro %}

{#
    What to do with the node at hand: "keep" it, build the "programs" named, or build "all". "note" is what to write down
    afterwards, without the hashes of rows; none where nothing is known.
#}
{% macro kept_plan(sql, there) %}
    {% set seals = var("seals", none) %}
    {% if not seals %}
        {{ return({"do": "all", "note": none}) }}
    {% endif %}
    {% set ids = model.depends_on.nodes if model.resource_type != "seed" else [] %}
    {% set own = model.unique_id %}
    {% set notes = kept_notes(ids + [own]) %}
    {% set before = notes.get(own, {}) if there else {} %}
    {% set basis = [sql, tojson(model.config, sort_keys=true), tojson(model.columns, sort_keys=true), seals.made_by] %}
    {% set base = local_md5(basis | join("\n")) %}
    {% set owner = kept_owner(model, seals.programs) %}
    {% if model.config.get("meta", {}).get("by_program") == "made" %}
        {% set inputs = {} %}
        {% for program in seals.programs %}
            {% do inputs.update({program: kept_inputs(ids, notes, seals, program)}) %}
        {% endfor %}
        {% set note = {"s": base, "i": inputs} %}
        {% set changed = [] %}
        {% for program in seals.programs %}
            {% if inputs[program] is none or before.get("i", {}).get(program) != inputs[program] %}
                {% do changed.append(program) %}
            {% endif %}
        {% endfor %}
        {% if none in inputs.values() %}
            {{ return({"do": "all", "note": none, "before": before}) }}
        {% elif before.get("s") != base or changed | length > 3 %}
            {{ return({"do": "all", "note": note, "before": before}) }}
        {% endif %}
        {{ return({"do": "programs" if changed else "keep", "programs": changed, "note": note, "before": before}) }}
    {% endif %}
    {# Rows of a program's folder are picked by the versions of that program (current_rows, zero_rows). #}
    {% set picked = [] %}
    {% for id in ids if id.split(".")[-1] == "stg_ledger__current_versions" %}{% do picked.append(id) %}{% endfor %}
    {% set inputs = kept_inputs(ids, notes, seals, owner, picked) %}
    {% set note = {"s": local_md5(base ~ inputs)} if inputs is not none else none %}
    {% set same = note is not none and before.get("s") == note.s %}
    {{ return({"do": "keep" if same else "all", "note": note, "before": before}) }}
{% endmacro %}

{# SQL with the refs of inputs that are told apart by program narrowed to some programs. #}
{% macro kept_narrowed(sql, ids, programs, seals) %}
    {% set narrowed = namespace(sql=sql) %}
    {% for id in ids if id in graph.nodes %}
        {% set node = graph.nodes[id] %}
        {% set meta, owner = node.config.get("meta", {}), kept_owner(node, seals.programs) %}
        {% set wanted = none %}
        {% if meta.get("by_program") and meta.get("program_filter", true) %}
            {% set wanted = "program_code in ('" ~ programs | join("', '") ~ "')" %}
        {% elif owner is not none and owner not in programs %}
            {% set wanted = "false" %}
        {% endif %}
        {% if wanted %}
            {% set rows = "(select * from " ~ node.relation_name ~ " where " ~ wanted ~ ")" %}
            {% set narrowed.sql = narrowed.sql | replace(node.relation_name, rows) %}
        {% endif %}
    {% endfor %}
    {{ return(narrowed.sql) }}
{% endmacro %}

{# Writes the note of a relation that was just written, in the same transaction. #}
{% macro kept_note(relation, plan) %}
    {% if plan.note is none %}
        {{ return("") }}
    {% endif %}
    {% set note = dict(plan.note) %}
    {% set by_program = model.config.get("meta", {}).get("by_program") %}
    {% if relation.is_view %}
        {# A view holds what it is made from. #}
        {% if note.i is defined %}
            {% set held = {} %}
            {% for program, inputs in note.i.items() if inputs is not none %}
                {% do held.update({program: local_md5(note.s ~ inputs)}) %}
            {% endfor %}
            {% do note.update({"c": local_md5(note.s ~ tojson(note.i, sort_keys=true)), "p": held}) %}
        {% else %}
            {% do note.update({"c": note.s}) %}
        {% endif %}
    {% else %}
        {% set hashed = "'h' || count(*) || '-' || coalesce(sum(hash(rows_in)), 0)" %}
        {% if by_program %}
            {% set held = {} %}
            {% set narrowed = "" %}
            {% if plan.do == "programs" %}
                {% do held.update(plan.before.p) %}
                {% for program in plan.programs %}{% do held.pop(program, none) %}{% endfor %}
                {% set narrowed = " where program_code in ('" ~ plan.programs | join("', '") ~ "')" %}
            {% endif %}
            {% set found = run_query(
                "select coalesce(program_code, '') as program_code, " ~ hashed ~ " as held from " ~ relation
                ~ " as rows_in" ~ narrowed ~ " group by all order by all"
            ) %}
            {% for row in found.rows %}
                {% do held.update({row[0]: row[1]}) %}
            {% endfor %}
            {# Rows of no known program are never built apart. #}
            {% if held.keys() | reject("in", var("seals").programs) | list and by_program == "made" %}
                {% do note.update({"i": {}}) %}
            {% endif %}
            {% do note.update({"c": local_md5(tojson(held, sort_keys=true)), "p": held}) %}
        {% else %}
            {% set found = run_query("select " ~ hashed ~ " as held from " ~ relation ~ " as rows_in") %}
            {% do note.update({"c": found.rows[0][0]}) %}
        {% endif %}
    {% endif %}
    {% set kind = "view" if relation.is_view else "table" %}
    {% do run_query("comment on " ~ kind ~ " " ~ relation ~ " is '" ~ tojson(note, sort_keys=true) ~ "'") %}
{% endmacro %}

{# Which tests look at each row, or group of rows of one program, for itself. #}
{% macro kept_test_is_by_program(ids) %}
    {% set test = model.get("test_metadata") %}
    {% set about = model.get("attached_node") %}
    {% if not test or about not in graph.nodes or about not in ids %}
        {{ return(false) }}
    {% endif %}
    {% set settings = graph.nodes[about].config %}
    {# Of a table it is known that all rows are of programs (kept_note). #}
    {% if settings.get("meta", {}).get("by_program") != "made" or settings.materialized != "table" %}
        {{ return(false) }}
    {% endif %}
    {% set grain = test.kwargs.get("grain", test.kwargs.get("columns", [])) %}
    {% set apart = "program_code" in grain or "indicator_code" in grain %}
    {{ return(test.name in ["holds", "not_negative"] or (test.name in ["sound", "unique_combination"] and apart)) }}
{% endmacro %}

{# Where tests that passed are remembered; the newest seal of each. #}
{% macro kept_begin() %}
    {% do run_query("create schema if not exists kept") %}
    {% do run_query("create sequence if not exists kept.numbers") %}
    {% do run_query("create table if not exists kept.passed (number bigint, test varchar, seal varchar)") %}
    {% do run_query(
        "delete from kept.passed where number not in (select max(number) from kept.passed group by test)"
    ) %}
{% endmacro %}

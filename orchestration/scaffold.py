"""A new program's first files: one contract table, one staging model, one mapping, ready to be changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sources.contract.load import ROOT

if TYPE_CHECKING:
    from sources.inspect.draft import Draft

_SLUG = re.compile(r"^[a-z][a-z0-9_]{2,40}$")


class ScaffoldError(ValueError):
    """The program can't be made; the message says why."""


def scaffold(slug: str, title: str, reported_by: str, root: Path = ROOT, draft: Draft | None = None) -> list[str]:
    """Write the first files of a program; returns their repository paths.

    Args:
        slug: Permanent name of the program.
        title: What people call it.
        reported_by: Who reports it.
        root: Root of the repository.
        draft: A contract drafted from a partner's file; without it the contract is an example.

    Raises:
        ScaffoldError: the slug is not well formed, or the program exists.
    """
    if not _SLUG.match(slug):
        raise ScaffoldError(
            f"“{slug}” will not do: lower case letters, digits and underscores, such as neighbourhood_walks."
        )
    folder = root / "sources" / "programs" / slug
    if folder.exists():
        raise ScaffoldError(f"{slug} exists already.")
    files = drafted(slug, draft) if draft is not None else _example(slug)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for key, value in (("@slug@", slug), ("@title@", title), ("@reported_by@", reported_by)):
            text = text.replace(key, value)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _example(slug: str) -> dict[str, str]:
    """The first files of a program nobody has reported yet."""
    return {
        f"sources/programs/{slug}/__init__.py": "",
        f"sources/programs/{slug}/contract.odcs.yaml": _CONTRACT,
        f"sources/programs/{slug}/partners.yaml": _PARTNERS,
        f"sources/programs/{slug}/indicators.csv": _INDICATORS,
        f"sources/programs/{slug}/targets.csv": "indicator_code,year,target_value,basis,source\n",
        f"dbt_project/models/staging/{slug}/stg_{slug}__activities.sql": _STAGING,
        f"dbt_project/models/staging/{slug}/_{slug}__models.yml": _STAGING_YAML,
        f"dbt_project/models/intermediate/{slug}/int_{slug}__indicators.sql": _MAPPING,
        f"dbt_project/models/intermediate/{slug}/_{slug}__intermediate.yml": _MAPPING_YAML,
    }


def drafted(slug: str, draft: Draft) -> dict[str, str]:
    """The first files of a program whose contract was drafted from a file: one staging model a table."""
    files = {
        f"sources/programs/{slug}/__init__.py": "",
        f"sources/programs/{slug}/contract.odcs.yaml": draft.text,
        f"sources/programs/{slug}/partners.yaml": _PARTNERS_DRAFTED,
        f"sources/programs/{slug}/indicators.csv": _INDICATORS.splitlines()[0] + "\n",
        f"sources/programs/{slug}/targets.csv": "indicator_code,year,target_value,basis,source\n",
    }
    yaml_text, unions = "version: 2\n\nmodels:\n", []
    for table in draft.tables:
        keys = ", ".join(column.name for column in table.columns if column.key)
        yaml_text += (
            f"  - name: stg_{slug}__{table.name}\n    description: One row per record of the return that counts now.\n"
        )
        if keys:
            yaml_text += _UNIQUE.replace("@keys@", keys)
        casts = ",\n".join(f"        cast({c.name} as {_SQL[c.kind]}) as {c.name}" for c in table.columns)
        model = _STAGING_DRAFTED.replace("@table@", table.name).replace("@casts@", casts)
        files[f"dbt_project/models/staging/{slug}/stg_{slug}__{table.name}.sql"] = model
        code = f"{slug}_{table.name}_records"
        files[f"sources/programs/{slug}/indicators.csv"] += _RECORDS.replace("@code@", code).replace(
            "@label@", table.name
        )
        unions.append((table.name, code))
    ctes = ",\n\n".join(f"{name} as (\n    select * from {{{{ ref('stg_{slug}__{name}') }}}}\n)" for name, _ in unions)
    rows = "\n\nunion all\n\n".join(
        f"{{{{ {macro}('{code}', '{slug}', '{name}', '{name}'{more}) }}}}"
        for name, code in unions
        for macro, more in (("indicator_rows", ", '1'"), ("zero_rows", ""))
    )
    files[f"dbt_project/models/staging/{slug}/_{slug}__models.yml"] = yaml_text
    files[f"dbt_project/models/intermediate/{slug}/int_{slug}__indicators.sql"] = f"with {ctes}\n\n{rows}\n"
    files[f"dbt_project/models/intermediate/{slug}/_{slug}__intermediate.yml"] = _MAPPING_YAML
    return files


_SQL = {
    "text": "string",
    "code": "string",
    "integer": "bigint",
    "decimal": "double",
    "percent": "double",
    "money": "decimal(18, 2)",
    "date": "date",
    "boolean": "boolean",
}

_UNIQUE = """\
    data_tests:
      - unique_combination:
          arguments:
            columns: [partner_code, period, @keys@]
"""

_PARTNERS_DRAFTED = """\
# DRAFT: who reports this program, since when, and how their files are written.
partners:
  - code: sample_@slug@
    name: "Sample partner (@title@)"
    country: US
    since: 2026-Q1
    synthetic: true
"""

_RECORDS = """\
@code@,Records of @label@,DRAFT: rows reported in the quarter; replace by what the program is to be measured by,records,flow,output,listen,person_centred_care,since_start,false,increase,,0,2026-Q1,,,Quarterly return of the program,,1,2026-Q1,country;partner,3.8,,
"""

_STAGING_DRAFTED = """\
with source as (
    {{ current_rows('@slug@', '@table@') }}
),

renamed as (
    select
@casts@,
        {{ provenance() }}
    from source
)

select *
from renamed
"""

_CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: @slug@
name: "@title@"
version: 1.0.0
status: draft
description:
  purpose: "What @title@ does and for whom, in two sentences."
team:
  name: Program office
  members:
    - {username: lead.@slug@, role: owner}
slaProperties:
  - {property: frequency, value: quarter}
  - {property: deadline, value: 30, unit: d}
customProperties:
  - {property: reportedBy, value: "@reported_by@"}
schema:
  - name: activities
    businessName: Activities
    logicalType: object
    description: One row per activity held in the quarter.
    properties:
      - name: activity_id
        businessName: Activity ID
        description: Your own number for the activity.
        logicalType: string
        logicalTypeOptions: {maxLength: 40}
        primaryKey: true
        primaryKeyPosition: 1
        required: true
        examples: [A-001]
      - name: activity_date
        businessName: Date
        description: Day it was held.
        logicalType: date
        required: true
        examples: ['2026-09-14']
      - name: people_reached
        businessName: People reached
        description: Different people who took part. Fewer than five may be written <5.
        logicalType: integer
        logicalTypeOptions: {minimum: 0}
        customProperties:
          - {property: unit, value: people}
          - {property: interval, value: true}
        examples: ['40']
    quality:
      - id: held_in_quarter
        type: custom
        engine: impact
        severity: error
        dimension: timeliness
        description: The activity must have been held in the quarter the return is for.
        implementation: {kind: in_period, column: activity_date}
"""

_PARTNERS = """\
# Who reports this program, since when, and how their files are written.
partners:
  - code: sample_@slug@
    name: "Sample partner (@title@)"
    country: US
    since: 2026-Q1
    decimal: "."
    day_first: false
    synthetic: true
"""

_INDICATORS = """\
indicator_code,name,definition,unit,kind,level,pillar_code,key_action_code,headline_span,counts_people,direction,overlap,baseline_value,baseline_period,numerator,denominator,means_of_verification,limits,version,effective_from,disaggregations,sdg_target,contributes_to,parts_of
@slug@_activities_held,Activities held,Activities held in the quarter,activities,flow,output,listen,person_centred_care,since_start,false,increase,,0,2026-Q1,,,Quarterly return of the program,,1,2026-Q1,country;partner,3.8,,
@slug@_people_reached,People reached,Different people who took part in an activity,people,reach,output,listen,person_centred_care,since_start,true,increase,unknown,0,2026-Q1,,,Quarterly return of the program,One person can take part in several activities: shown as bounds,1,2026-Q1,country;partner,3.8,,
"""

_STAGING = """\
with source as (
    {{ current_rows('@slug@', 'activities') }}
),

renamed as (
    select
        cast(activity_id as string) as activity_id,
        cast(activity_date as date) as activity_date,
        cast(people_reached as bigint) as people_reached_count,
        cast(people_reached_low as bigint) as people_reached_count_low,
        cast(people_reached_high as bigint) as people_reached_count_high,
        {{ provenance() }}
    from source
)

select *
from renamed
"""

_STAGING_YAML = """\
version: 2

models:
  - name: stg_@slug@__activities
    description: One row per activity held in a quarter, of the return that counts now.
    data_tests:
      - unique_combination:
          arguments:
            columns: [partner_code, period, activity_id]
"""

_MAPPING = """\
with activities as (
    select * from {{ ref('stg_@slug@__activities') }}
)

{{ indicator_rows('@slug@_activities_held', '@slug@', 'activities', 'activities', '1') }}

union all

{{ zero_rows('@slug@_activities_held', '@slug@', 'activities', 'activities') }}

union all

{{ indicator_rows(
    '@slug@_people_reached', '@slug@', 'activities', 'activities', 'people_reached_count',
    low='people_reached_count_low', high='people_reached_count_high'
) }}
"""

_MAPPING_YAML = """\
version: 2

models:
  - name: int_@slug@__indicators
    description: 'One row per indicator and source row of the program: the canonical long shape, disjoint parts of each
      return.'
    data_tests:
      - holds:
          arguments:
            conditions:
              - indicator_code is not null
              - partner_code is not null
              - period is not null
              - value_low is not null
              - value_high is not null
              - country_code is not null
"""

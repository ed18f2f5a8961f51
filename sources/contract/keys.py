"""Which keys a contract may use at each level: the part of the standard the warehouse supports.

The standard's JSON Schema says what is valid ODCS; this says what we act on. A key that would be
silently without effect is refused here, by name and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sources.contract.yamlmarks import Path

CONTRACT_PROPERTIES = frozenset({"reportedBy", "quarantine"})
TABLE_PROPERTIES = frozenset({"optional"})
COLUMN_PROPERTIES = frozenset({"codeList", "unit", "multiple", "interval"})
SLA_PROPERTIES = frozenset({"frequency", "deadline"})

_CUSTOM = frozenset({"property", "value"})
_SYNONYM = frozenset({"synonym", "locale"})
_TOP = frozenset(
    {
        "apiVersion",
        "kind",
        "id",
        "name",
        "version",
        "status",
        "domain",
        "description",
        "team",
        "slaProperties",
        "customProperties",
        "schema",
    }
)
_TABLE = frozenset(
    {
        "name",
        "businessName",
        "logicalType",
        "description",
        "synonyms",
        "properties",
        "quality",
        "customProperties",
    }
)
_COLUMN = frozenset(
    {
        "name",
        "businessName",
        "description",
        "logicalType",
        "physicalType",
        "logicalTypeOptions",
        "primaryKey",
        "primaryKeyPosition",
        "required",
        "synonyms",
        "enum",
        "examples",
        "classification",
        "customProperties",
    }
)
_OPTIONS = frozenset({"minimum", "maximum", "maxLength", "pattern"})
_RULE = frozenset(["id", "type", "engine", "severity", "dimension", "description", "implementation"])
#: Parameters of each rule kind: required ones, then optional ones.
RULE_PARAMS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "requires": (frozenset({"column", "needs"}), frozenset()),
    "needs_rate": (frozenset({"amount", "currency"}), frozenset({"date"})),
    "jump": (frozenset({"column", "factor", "floor"}), frozenset({"over"})),
    "at_most": (frozenset({"column", "other"}), frozenset({"says"})),
    "parts_total": (frozenset({"parts", "total"}), frozenset()),
    "not_falling": (frozenset({"column"}), frozenset()),
    "in_period": (frozenset({"column"}), frozenset()),
    "ordered": (frozenset({"first", "then"}), frozenset()),
    "references": (frozenset({"column", "table", "to"}), frozenset()),
    "all_or_none": (frozenset({"column", "within"}), frozenset()),
    "stands_alone": (frozenset({"column", "codes"}), frozenset()),
}
_LEVELS: tuple[tuple[tuple[str, ...], str, frozenset[str]], ...] = (
    ((), "a contract", _TOP),
    (("description",), "the description", frozenset({"purpose", "usage", "limitations"})),
    (("team",), "the team", frozenset({"name", "members"})),
    (("team", "members", "*"), "a team member", frozenset({"username", "role", "name"})),
    (("slaProperties", "*"), "a service level", frozenset({"property", "value", "unit"})),
    (("customProperties", "*"), "a custom property", _CUSTOM),
    (("schema", "*"), "a table", _TABLE),
    (("schema", "*", "synonyms", "*"), "a synonym", _SYNONYM),
    (("schema", "*", "customProperties", "*"), "a custom property", _CUSTOM),
    (("schema", "*", "quality", "*"), "a rule", _RULE),
    (("schema", "*", "properties", "*"), "a column", _COLUMN),
    (("schema", "*", "properties", "*", "synonyms", "*"), "a synonym", _SYNONYM),
    (("schema", "*", "properties", "*", "enum", "*"), "a code", frozenset({"value", "label"})),
    (("schema", "*", "properties", "*", "logicalTypeOptions"), "the type options", _OPTIONS),
    (("schema", "*", "properties", "*", "customProperties", "*"), "a custom property", _CUSTOM),
)
_PROPERTY_NAMES: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("slaProperties", "*"), SLA_PROPERTIES),
    (("customProperties", "*"), CONTRACT_PROPERTIES),
    (("schema", "*", "customProperties", "*"), TABLE_PROPERTIES),
    (("schema", "*", "properties", "*", "customProperties", "*"), COLUMN_PROPERTIES),
)


def unknown_keys(value: Any) -> Iterator[tuple[Path, str]]:
    """Every key, custom property or rule parameter we do not support, with a plain sentence."""
    for pattern, where, allowed in _LEVELS:
        for path, mapping in _matches(value, pattern):
            if not isinstance(mapping, dict):
                yield path, f"{where} must hold keys and values"
                continue
            for key in mapping:
                if key not in allowed:
                    yield (*path, key), f"unknown key “{key}” in {where}{_closest(key, allowed)}"
    for pattern, names in _PROPERTY_NAMES:
        for path, mapping in _matches(value, pattern):
            name = mapping.get("property") if isinstance(mapping, dict) else None
            if name is not None and name not in names:
                yield (*path, "property"), f"unknown property “{name}”{_closest(str(name), names)}"
    for path, implementation in _matches(value, ("schema", "*", "quality", "*", "implementation")):
        yield from _rule_params(path, implementation)


def _rule_params(path: Path, implementation: Any) -> Iterator[tuple[Path, str]]:
    kind = str(implementation.get("kind")) if isinstance(implementation, dict) else "none"
    if kind not in RULE_PARAMS:
        yield path, f"unknown rule kind “{kind}”{_closest(kind, frozenset(RULE_PARAMS))}"
        return
    needed, optional = RULE_PARAMS[kind]
    given = set(implementation) - {"kind"}
    for key in sorted(given - needed - optional):
        yield (*path, key), f"unknown key “{key}” in a {kind} rule{_closest(key, needed | optional)}"
    for key in sorted(needed - given):
        yield path, f"a {kind} rule needs “{key}”"


def _closest(name: str, allowed: frozenset[str]) -> str:
    close = get_close_matches(str(name), sorted(allowed), n=1)
    return f"; did you mean “{close[0]}”?" if close else f"; known are {', '.join(sorted(allowed))}"


def _matches(value: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
    elif pattern[0] == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _matches(item, pattern[1:], (*path, index))
    elif isinstance(value, dict) and pattern[0] in value:
        yield from _matches(value[pattern[0]], pattern[1:], (*path, pattern[0]))

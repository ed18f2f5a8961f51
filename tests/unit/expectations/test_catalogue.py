"""The catalogue of rules and the code cannot drift: neither tells of a kind of problem the other does not know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations import catalogue
from expectations.implicit import EXPECTATIONS, EXPLAIN
from expectations.rules import RULES
from sources.contract.keys import RULE_PARAMS
from sources.contract.load import ROOT, load_all
from sources.reader.sentences import SENTENCES

ROOMS = ("sources", "expectations", "exports", "orchestration", "portal")
TESTS = ROOT / "tests/unit/expectations/rules"
IDS = [rule.id for rule in catalogue.rules()]


def emitted() -> dict[str, str]:
    """Every kind of rule the code can tell, with a file that tells it, found by parsing all rooms."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for kind in _kinds(path):
                found.setdefault(kind, path.relative_to(ROOT).as_posix())
    found |= dict.fromkeys(RULES, "expectations/rules")
    found |= dict.fromkeys(EXPECTATIONS, "expectations/implicit.py")
    return found | {said.ending: "sources/reader/sentences.py" for said in SENTENCES.values()}


def _kinds(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"file\.[a-z_]+[a-z]", node.value)
        ):
            yield node.value
        if isinstance(node, ast.keyword) and node.arg == "rule" and isinstance(node.value, ast.JoinedStr):
            last = node.value.values[-1]
            if isinstance(last, ast.Constant):  # f"{program}.{table}._row.merged_cells"
                yield str(last.value).rsplit(".", 1)[-1]
        if isinstance(node, ast.Call):
            yield from _told_by(node)
        if path.name == "refusal.py" and isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            yield f"file.{ast.literal_eval(node.value.elts[0])}"


def _told_by(call: ast.Call) -> Iterator[str]:
    """Refusals, hidden parts, and remarks about a file, which are named by their first words."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    first = call.args[0] if call.args else None
    if name == "Refused" and isinstance(first, ast.Constant):
        yield f"file.{first.value}"
    if name == "_hidden" and isinstance(call.args[1], ast.Constant):
        yield f"file.hidden_{call.args[1].value}"
    if name == "append" and getattr(call.func.value, "attr", "") == "remarks" and isinstance(first, ast.Tuple):
        yield f"file.{ast.literal_eval(first.elts[0])}"
    if name == "Container":
        for keyword in call.keywords:
            if keyword.arg == "remarks":
                yield from (f"file.{ast.literal_eval(item.elts[0])}" for item in keyword.value.elts)


def test_the_catalogue_has_every_kind_the_code_can_tell_and_no_other():
    told = emitted()
    assert {kind: path for kind, path in told.items() if kind not in IDS} == {}, "not in expectations/catalogue.yaml"
    assert sorted(set(IDS) - set(told)) == [], "in expectations/catalogue.yaml, but nothing tells it"


def test_declared_rules_are_those_a_contract_may_use():
    declared = {rule.id for rule in catalogue.rules() if rule.family == "declared"}
    assert declared == set(RULES) == set(RULE_PARAMS)
    assert set(EXPECTATIONS) == set(EXPLAIN)


@pytest.mark.parametrize("rule_id", IDS)
def test_every_rule_has_a_test_file_of_its_own(rule_id):
    path = TESTS / f"test_{rule_id.replace('.', '_')}.py"
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    said = [call.args[0].value for call in calls if getattr(call.func, "id", "") == "says"]
    assert said == [rule_id]


@pytest.mark.parametrize("cause", SENTENCES)
def test_what_is_said_of_a_cell_is_in_the_catalogue(cause):
    said = SENTENCES[cause]
    [rule] = [rule for rule in catalogue.rules() if rule.id == said.ending]
    for pattern in filter(None, (said.one, said.many)):
        assert any(_bare(says).endswith(f": {_bare(pattern)}") for says, _ in rule.sentences), pattern


def _bare(pattern: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", pattern)


def test_every_family_is_used_and_every_sentence_ends():
    assert {rule.family for rule in catalogue.rules()} == set(catalogue.FAMILIES)
    for rule in catalogue.rules():
        assert all(example[-1] in ".?)" for _, example in rule.sentences), rule.id


def test_the_page_tells_every_rule_with_its_example():
    page = catalogue.index_page(load_all().values())
    for rule in catalogue.rules():
        assert f"| `{rule.id}` |" in page
        assert all(" ".join(example.split()) in page for _, example in rule.sentences)
    assert "[heal](heal.md)" in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity:\n  - error", "severity:\n  - grave", "'grave' is not one of"),
        ("example: The selected file is empty.", "example: The selected file is blank.", "is no “The selected"),
        ("- id: file.type", "- id: file.empty", "stands twice"),
        ("  family: file\n", "", "'family' is a required property"),
    ],
)
def test_a_catalogue_that_is_not_right_is_refused(old, new, said, tmp_path, monkeypatch):
    broken = tmp_path / "catalogue.yaml"
    broken.write_text(catalogue.FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(catalogue, "FILE", broken)
    with pytest.raises(ValueError, match=said):
        catalogue.rules.__wrapped__()

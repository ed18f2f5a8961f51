"""The attacker is right: against every table there is, against floats, against numbers of any size."""

import json
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.disclosure.audit import audit
from exports.disclosure.part import Part
from exports.disclosure.problem import AuditProblem, Row, loads
from exports.disclosure.proof import Box, Proof
from orchestration.cli import app as cli
from tests.unit.exports import enumeration


def problem(cells, facts, targets, ub=None):
    """A problem from short tuples: facts ``(coef, lo, hi)``, targets as coefficients."""
    return {
        "id": "p",
        "cells": cells,
        "facts": [{"coef": coef, "lo": low, "hi": high} for coef, low, high in facts],
        "targets": [{"name": f"t{index}", "coef": coef} for index, coef in enumerate(targets)],
        "ub": ub,
    }


def found(*arguments, **named):
    """Bounds of each target of one problem."""
    answer = audit([problem(*arguments, **named)])[0]
    assert answer["status"] == "solved"
    return [(target["lo"], target["hi"]) for target in answer["targets"]]


def compared(problems):
    """How many bounds agree with those of the enumeration; every one must."""
    agreed = exact = 0
    for given_, answer in zip(problems, audit(problems), strict=True):
        expected = enumeration.bounds(given_)
        if expected is None:
            assert answer["status"] == "infeasible", given_
            assert all(target["lo"] is target["hi"] is None and not target["exact"] for target in answer["targets"])
            continue
        for (low, high), target in zip(expected, answer["targets"], strict=True):
            bounds = tuple(Fraction(target.get(f"{side}_exact", target[side])) for side in ("lo", "hi"))
            assert bounds == (low, high), (given_, target)
            assert target["exact"] == (low == high)
            agreed, exact = agreed + 1, exact + (low == high)
    return agreed, exact


def test_a_thousand_random_linked_tables_agree_with_every_table_there_is():
    rng = np.random.default_rng(20261115)
    tables = [enumeration.linked_table(rng, number) for number in range(1000)]
    agreed, exact = compared([given_ for given_, _ in tables])
    # The facts are true, so no table may be called contradictory; and both kinds of answers occur.
    assert agreed == sum(len(given_["targets"]) for given_, _ in tables)
    assert 0.05 < exact / agreed < 0.95


COEFFICIENT = st.sampled_from([1, 1, 1, -1, 2, -3, 0.5, 0.305, 0.1, "1/3", 10_000_000, -0.285])
BOUND = st.one_of(st.none(), st.integers(-6, 12), st.sampled_from([0.5, 0.30000000000000004, "7/3", 10_000_003]))


@st.composite
def odd_problems(draw):
    cells = ["a", "b", "c", "d"][: draw(st.integers(1, 4))]
    coefs = st.dictionaries(st.sampled_from(cells), COEFFICIENT, max_size=4)
    facts = draw(st.lists(st.fixed_dictionaries({"coef": coefs, "lo": BOUND, "hi": BOUND}), max_size=5))
    targets = [{"name": "t", "coef": draw(coefs)}, {"name": "a", "coef": {"a": 1}}]
    ub = draw(st.one_of(st.integers(0, 4), st.fixed_dictionaries({cell: st.integers(0, 4) for cell in cells})))
    return {"id": 1, "cells": cells, "facts": facts, "targets": targets, "ub": ub}


@settings(max_examples=300, deadline=None)
@given(odd_problems())
def test_odd_shapes_agree_with_every_table_there_is(given_):
    for fact in given_["facts"]:
        for side in ("lo", "hi"):
            # The enumeration reads digits as they stand; the attacker knows the text of 0.1 + 0.2.
            if fact[side] == 0.30000000000000004:
                fact[side] = "0.30000000000000004"
    as_meant = json.loads(json.dumps(given_).replace("0.30000000000000004", "0.3"))
    answer, expected = audit([given_])[0], enumeration.bounds(as_meant)
    if expected is None:
        assert answer["status"] == "infeasible"
        return
    for (low, high), target in zip(expected, answer["targets"], strict=True):
        assert Fraction(target.get("lo_exact", target["lo"])) == low
        assert Fraction(target.get("hi_exact", target["hi"])) == high


def test_float_noise_loses_no_solution_and_adds_none():
    noisy = 0.1 + 0.2
    assert noisy != 0.3
    assert found(["a"], [({"a": 0.1}, noisy, None)], [{"a": 1}], ub=9) == [(3, 9)]
    assert found(["a"], [({"a": 0.1}, None, noisy)], [{"a": 1}]) == [(0, 3)]
    # 0.285 - 0.005 is 0.27999999999999997 to a computer, 0.57 - 0.29 is 0.27999999999999997 as well.
    for share in (0.285 - 0.005, 0.57 - 0.29, 0.28):
        assert found(["x", "n"], [({"x": 1, "n": -share}, 0, 0), ({"n": 1}, 25, 25)], [{"x": 1}]) == [(7, 7)]


def test_large_counts_beside_small_ones():
    big = 10_000_000
    cells = ["small", "large"]
    assert found(
        cells, [({"small": 1, "large": 1}, big + 3, big + 3), ({"large": 1}, big - 2, big + 2)], [{"small": 1}]
    ) == [(1, 5)]
    facts = [({"small": 1, "large": -0.305}, 0, 0), ({"large": 1}, 1, None)]
    assert found(cells, facts, [{"small": 1}, {"large": 1}, {"large": 1, "small": -1}]) == [
        (61, None),
        (200, None),
        (139, None),
    ]
    huge = 10**40 + 1
    assert found(["a", "b"], [({"a": 1, "b": 1}, huge, huge), ({"b": 2}, huge, huge + 2)], [{"b": 1}]) == [
        ((huge + 1) // 2, (huge + 1) // 2)
    ]


def test_the_linear_relaxation_is_not_the_answer():
    # 2a + 2b + 2c = 4 with a, b, c up to 1 and a + b >= 1/2: fractions would allow c anywhere.
    knapsack = [({"a": 3, "b": 5, "c": 7}, 11, 11)]
    assert found(["a", "b", "c"], knapsack, [{"a": 1}, {"b": 1}, {"c": 1}], ub=9) == [(2, 2), (1, 1), (0, 0)]
    odd = [({"a": 2, "b": 2}, 3, 3)]
    assert audit([problem(["a", "b"], odd, [{"a": 1}])])[0]["status"] == "infeasible"


def test_open_sides():
    assert found(["a", "b"], [], [{"a": 1}, {"a": 1, "b": -1}, {}]) == [(0, None), (None, None), (0, 0)]
    assert found(["a", "b"], [({"a": 1, "b": -1}, 2, None)], [{"a": 1}, {"b": 1}, {"a": 1, "b": -1}]) == [
        (2, None),
        (0, None),
        (2, None),
    ]
    # Neither cell is bounded, their difference is.
    assert found(["a", "b"], [({"a": 1, "b": -1}, -1, 4)], [{"a": 1, "b": -1}, {"b": 3, "a": -3}]) == [
        (-1, 4),
        (-12, 3),
    ]
    assert found(["a", "b"], [({"a": 1, "b": 1}, None, 4)], [{"a": 1}], ub={"b": 3, "a": None}) == [(0, 4)]
    missing = {
        "id": 1,
        "cells": ["a"],
        "facts": [{"coef": {"a": 1}, "hi": 3}],
        "targets": [{"name": "a", "coef": {"a": 1}}],
    }
    assert audit([missing])[0]["targets"][0] == {"name": "a", "lo": 0, "hi": 3, "exact": False, "status": "solved"}


def test_a_fractional_target_has_fractional_bounds():
    answer = audit([problem(["a"], [({"a": 1}, 1, 2)], [{"a": "1/3"}, {"a": 0.5}, {"a": 1.5}])])[0]["targets"]
    assert [(target["lo_exact"], target["hi_exact"]) for target in answer[:1]] == [("1/3", "2/3")]
    assert (answer[1]["lo"], answer[1]["hi"], answer[1]["lo_exact"]) == (0.5, 1, "1/2")
    assert (answer[2]["lo"], answer[2]["hi"]) == (1.5, 3)


@pytest.mark.parametrize(
    "facts",
    [
        [({"a": 1}, 2.5, 2.5)],
        [({"a": 1}, 3, 2)],
        [({"a": 1}, None, -1)],
        [({}, 1, 1)],
        [({"a": 1}, 5, None), ({"a": 1, "b": 1}, None, 4)],
        [({"a": 1, "b": -1}, 1, None), ({"b": 1, "a": -1}, 1, None)],
    ],
)
def test_facts_that_contradict_each_other_bound_nothing(facts):
    answer = audit([problem(["a", "b", "elsewhere"], facts, [{"a": 1}, {"elsewhere": 1}])])[0]
    assert answer["status"] == "infeasible"
    assert "No counts satisfy all these facts" in answer["sentence"]
    assert [(target["lo"], target["hi"], target["exact"]) for target in answer["targets"]] == [(None, None, False)] * 2


def test_no_time_is_never_safe():
    given_ = problem(["a", "b"], [({"a": 1, "b": 1}, 3, 3), ({"a": 1, "b": -1}, 1, 1)], [{"a": 1}])
    answer = audit([given_], seconds=0)[0]
    assert answer["status"] == answer["targets"][0]["status"] == "unknown"
    assert not answer["targets"][0]["exact"]
    assert "not safe" in answer["sentence"]
    assert audit([given_], seconds=60)[0]["targets"][0]["exact"]


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        ("{", "This is not a JSON file: line 1, column 2."),
        ("{}", "A list of problems is expected"),
        ("[1]", "Problem 1 is not an object"),
        ('[{"id": 1}]', "“cells” is a list of names"),
        ('[{"id": "x", "cells": ["a", "a"]}]', "Problem “x”: the cell “a” is listed twice."),
        ('[{"cells": ["a"], "facts": [{"coef": {"b": 1}}]}]', "fact 1: “b” is not one of the cells."),
        ('[{"cells": ["a"], "targets": [{"name": "t", "coef": {"b": 1}}]}]', "target 1: “b” is not one of the cells."),
        ('[{"cells": ["a"], "targets": [{"coef": {"a": 1}}]}]', "target 1 has no “name”"),
        ('[{"cells": ["a"], "facts": [{"coef": {"a": "x"}}]}]', "the coefficient of “a” is not a number: x."),
        ('[{"cells": ["a"], "facts": [{"coef": {"a": NaN}}]}]', "the coefficient of “a” is not a number: NaN."),
        ('[{"cells": ["a"], "facts": [{"coef": {"a": 1, "a": 2}}]}]', "“a” stands twice in one object."),
        ('[{"cells": ["a"], "facts": [{"coef": {"a": 1}, "lo": true}]}]', "“lo” and “hi” are numbers or null"),
        ('[{"cells": ["a"], "facts": [{"coef": {"a": 1e999999999}}]}]', "is not a number"),
        ('[{"cells": ["a"], "ub": {"b": 1}}]', "“ub”: “b” is not one of the cells."),
        ('[{"cells": ["a"], "facts": [3]}]', "“facts” is a list of objects."),
    ],
)
def test_what_is_not_a_problem_gets_one_sentence(given_, sentence, tmp_path, monkeypatch, capsys):
    with pytest.raises(AuditProblem, match=r".+") as refused:
        audit(loads(given_))
    assert sentence in str(refused.value)
    (tmp_path / "facts.json").write_text(given_)
    code, _, err = impact(monkeypatch, capsys, "audit", str(tmp_path / "facts.json"), "-o", str(tmp_path / "out.json"))
    assert code == 2
    assert sentence in err
    assert not (tmp_path / "out.json").exists()


def test_the_command_writes_the_same_list_with_bounds(tmp_path, monkeypatch, capsys):
    one = problem(["a", "b"], [({"a": 1, "b": 1}, 3, 3), ({"a": 1}, 1, 10)], [{"a": 1}, {"a": 1, "b": 1}])
    other = problem(["a"], [({"a": 0.1}, 0.1 + 0.2, None), ({"a": 1}, None, 2)], [{"a": 1}]) | {"id": "q"}
    (tmp_path / "facts.json").write_text(json.dumps([one, other]))
    arguments = ("audit", str(tmp_path / "facts.json"), "-o", str(tmp_path / "out.json"))
    code, out, _ = impact(monkeypatch, capsys, *arguments)
    assert not code
    assert "3 targets of 2 problems: 1 have one possible value only." in out
    assert "Problem “q”: No counts satisfy all these facts" in out
    written = json.loads((tmp_path / "out.json").read_text())
    assert [each["id"] for each in written] == ["p", "q"]
    assert [(target["lo"], target["hi"], target["exact"]) for target in written[0]["targets"]] == [
        (1, 3, False),
        (3, 3, True),
    ]
    code, out, _ = impact(monkeypatch, capsys, *arguments, "--seconds", "0")
    assert code == 1
    assert "Unknown is not safe." in out


def impact(monkeypatch, capsys, *arguments):
    """Exit code, output and errors of ``impact disclosure …``."""
    monkeypatch.setattr(sys, "argv", ["impact", "disclosure", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def test_weights_with_huge_denominators_stay_exact():
    # Weights of the wrong sign are dropped; what is left is nothing, over a denominator of 67 bits.
    rows = [Row((0, 1), (1, above), 3, None) for above in (1, 2, 3, 5)]
    proof = Proof(rows, [0, 0], [9, 9])

    class Solver:
        def ray(self):
            return np.array([1 / prime for prime in (99_991, 99_989, 99_971, 99_961)])

    assert not proof.refutes(Solver(), Box.of([0, 0], [9, 9]))
    assert proof.refutes(Solver(), Box.of([0, 0], [0, 0]))


def test_a_contradiction_is_proven_without_the_solvers_certificate(monkeypatch):
    monkeypatch.setattr(Proof, "refutes", lambda *_: False)
    circle = [({"a": 1, "b": -1}, 1, None), ({"b": 1, "c": -0.305}, 1, None), ({"c": 0.305, "a": -1}, 1, None)]
    answer = audit([problem(["a", "b", "c"], circle, [{"a": 1}])], seconds=20)[0]
    assert answer["status"] == "infeasible"
    monkeypatch.setattr(Part, "_torn", lambda *_: False)
    # Without any proof nothing is claimed, however sure the solver is.
    assert audit([problem(["a", "b", "c"], circle, [{"a": 1}])], seconds=1)[0]["status"] != "solved"

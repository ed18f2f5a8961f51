"""The door to Great Expectations: same results as its own front door, from several threads, in silence."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from expectations import gx


def expectations():
    gxe = gx.expectations()
    found = [
        gxe.ExpectColumnValuesToNotBeNull(column="a"),
        gxe.ExpectColumnValuesToBeInSet(column="a", value_set=["x", "y"]),
        gxe.ExpectColumnValuesToBeBetween(column="n", min_value=0, max_value=5),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["a", "n"]),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
    ]
    for number, item in enumerate(found):
        item.meta = {"rule": f"r{number}"}
    return found


FRAME = pd.DataFrame({"a": pd.Series(["x", None, "z", "x"], dtype=object), "n": [1.0, 2.0, 9.0, 1.0]})


def test_failing_rows_are_positions():
    result, failing = gx.run(FRAME, "suite", expectations())
    assert [rows.tolist() for rows in failing] == [[1], [2], [2], [0, 3], []]
    assert result["statistics"]["successful_expectations"] == 1
    assert json.loads(json.dumps(result)) == result


def test_results_are_those_of_a_batch():
    import great_expectations

    stored, _ = gx.run(FRAME, "suite", expectations())
    context = great_expectations.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("shop").add_dataframe_asset("asset")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": FRAME})
    suite = great_expectations.ExpectationSuite(name="suite", expectations=expectations())
    shop = batch.validate(suite, result_format="COMPLETE").to_json_dict()
    assert [item["success"] for item in stored["results"]] == [item["success"] for item in shop["results"]]
    for ours, theirs in zip(stored["results"], shop["results"], strict=True):
        for key, value in ours["result"].items():
            assert value == theirs["result"][key]
    assert set(stored["statistics"].items()) == set(shop["statistics"].items())


def test_a_prepared_suite_answers_as_the_front_door_does():
    validator = gx._validator(FRAME)
    configurations = [judge.configuration for judge in expectations()]
    shop = {
        result.expectation_config.meta["rule"]: result.to_json_dict()
        for result in validator.graph_validate(configurations, {"result_format": "BOOLEAN_ONLY"})
    }
    for _ in range(2):  # worked out, then remembered
        stored, failing = gx.run(FRAME, "suite", expectations())
        for item, rows in zip(stored["results"], failing, strict=True):
            theirs = shop[item["expectation_config"]["meta"]["rule"]]
            assert (item["success"], not len(rows)) == (theirs["success"], theirs["success"])
            if item["success"]:
                assert item == theirs


def test_a_prepared_suite_is_used_again_only_for_the_same_expectations():
    gxe = gx.expectations()
    for limit, wrong in ((5, [2]), (1, [1, 2]), (9, [])):
        _, (rows,) = gx.run(FRAME, "suite", [gxe.ExpectColumnValuesToBeBetween(column="n", max_value=limit)])
        assert rows.tolist() == wrong


def test_threads_do_not_mix_their_rows():
    def count(number):
        frame = pd.DataFrame({"a": pd.Series(["x"] * number, dtype=object), "n": range(number)})
        _, failing = gx.run(frame, "suite", expectations())
        return len(failing[2])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(count, range(6, 22))) == list(range(16))


def test_an_expectation_that_cannot_be_evaluated_is_an_exception_not_a_verdict():
    broken = [gx.expectations().ExpectColumnValuesToNotBeNull(column="not_there")]
    with pytest.raises(RuntimeError, match="suite: expect_column_values_to_not_be_null could not be evaluated"):
        gx.run(FRAME, "suite", broken)


def test_nothing_slow_is_imported_with_the_room_and_nothing_is_printed():
    code = (
        "import sys\n"
        "import expectations.judge, expectations.datadocs, expectations.asset_checks\n"
        "assert 'great_expectations' not in sys.modules\n"
        "import pandas as pd\n"
        "from expectations import gx\n"
        "gxe = gx.expectations()\n"
        "gx.run(pd.DataFrame({'a': [None]}), 's', [gxe.ExpectColumnValuesToNotBeNull(column='a')])\n"
        "assert 'scipy.stats._continuous_distns' not in sys.modules, 'scipy'\n"
        "assert 'altair.vegalite' not in sys.modules, 'altair'\n"
        "left_out = {'pyspark', 'psycopg2', 'botocore', 'rfc3987_syntax'} & set(sys.modules)\n"
        "assert not left_out, left_out\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

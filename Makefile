# Two commands for a stranger: `make demo` and `make test`. Everything else is for those who build it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where everything is set up it stays so; else what runs the job and the portal is enough for `demo` and `portal`.
STAMP := $(VENV)/.locked
RUNS := $(VENV)/.locked-to-run
TO_RUN := $(or $(wildcard $(STAMP)),$(RUNS))
EXTRAS := --extra connect --extra portal --extra publish --extra disclosure --extra build
export IMPACT_DATA ?= $(CURDIR)/data
# Telemetry of every tool is off.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := yes
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
UV_VERSION := 0.13.9
# Compiled modules make every start twice as fast; don't inherit a setting that forbids them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo portal test check supply audit bench location oracle dev docs render lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Setting up all there is, to test and build with (once; a minute or two) …"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(EDITABLE)
	@touch $(STAMP)

# The versions and hashes of the one lock, for the packages these extras need.
$(RUNS): requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Setting up (once; a minute or so) …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -c requirements.lock -r pyproject.toml $(EXTRAS)
	@$(EDITABLE)
	@touch $(RUNS)

EDITABLE = $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] <= (3, 12) else "Python 3.11 or 3.12 is needed; this is %d.%d. Say which one with: make PYTHON=python3.11 …" % v[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

demo: $(TO_RUN) ## set everything up and run the main job on sample returns
	@$(BIN)/impact demo

portal: $(TO_RUN) ## the site for partners and leads at http://127.0.0.1:8000, on sample returns, with demo accounts
	@$(BIN)/impact portal --demo

test: setup ## set everything up and pass the tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests

check: setup ## linters, types, layers, drift of rendered files
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy sources expectations
	@$(BIN)/lint-imports
	@$(BIN)/impact contract check
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/macros dbt_project/tests --processes 2
	@$(BIN)/python -m tests.dbt_bouncer

supply: setup ## the bill of materials and the page of licences, made anew from the lock
	@$(BIN)/python -m tests.supply bill licences

audit: setup ## known vulnerabilities of the locked packages, where a database of them is at hand
	@$(BIN)/python -m tests.supply audit

bench: setup ## ratios measured in one run (BENCH_LONG=1: the long sections too)
	@$(BIN)/python -m tests.benchmarks.run
	@$(BIN)/python -m tests.reliability.report

location: setup ## plant every kind of defect in every column of every program and score what is told of it
	@$(BIN)/python -m tests.location --page docs/location-score.md

oracle: setup ## ask R's survey package anew what the survey models must say
	@command -v Rscript >/dev/null || { echo "R is needed: apt-get install r-base-core r-cran-survey r-cran-jsonlite" >&2; exit 1; }
	@$(BIN)/python -m tests.oracle.designs $(IMPACT_DATA)/oracle
	@Rscript tests/oracle/expected.R $(IMPACT_DATA)/oracle > $(IMPACT_DATA)/oracle/expected.csv
	@cp $(IMPACT_DATA)/oracle/expected.csv tests/oracle/expected.csv
	@$(BIN)/python -m pytest -q tests/unit/dbt_project/test_survey_oracle.py

dev: setup ## the Dagster web UI
	@mkdir -p $(IMPACT_DATA)/dagster
	@cat orchestration/dagster.yaml $(if $(IMPACT_DAGSTER_URL),orchestration/dagster_postgresql.yaml,orchestration/dagster_local.yaml) > $(IMPACT_DATA)/dagster/dagster.yaml
	@DAGSTER_HOME=$(IMPACT_DATA)/dagster $(BIN)/dagster dev -m orchestration.definitions

docs: setup ## the documentation as one static site: how-to pages, data dictionary, published tables, dbt's page
	@$(BIN)/impact docs

render: setup ## render everything that comes from the contracts
	@$(BIN)/impact contract render

lock: ## resolve the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --all-extras --no-annotate --no-header pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) data dbt_project/target dbt_project/logs

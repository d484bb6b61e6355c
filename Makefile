# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help demo test test-tools check sim bench example-datasette setup clean
.DEFAULT_GOAL := help

help:
	@echo "make demo               set up, then verify the embedded shop"
	@echo "make test               set up, then run every test"
	@echo "make check              set up, then ruff, mypy and the import contracts"
	@echo "make sim                set up, then simulate how often verdicts are wrong: some minutes"
	@echo "make bench              set up, then measure slogate beside its peers: over an hour"
	@echo "make example-datasette  set up, then verify a Datasette with 100,000 rows"

demo: setup
	$(BIN)/slogate demo

# What measures runs last and alone; the rest mostly waits, so it shares the machine.
test: setup check test-tools
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal --quiet -m "not alone"
	$(BIN)/python -m pytest --quiet -m alone

# Servers, exporters and a second browser that nobody here wrote, and what makes certificates and networks for the tests.
TEST_TOOLS := nginx-light openssl iproute2 firefox-esr prometheus prometheus-node-exporter prometheus-alertmanager postgresql systemd
test-tools:
	@for tool in nginx openssl ip firefox-esr prometheus prometheus-node-exporter prometheus-alertmanager pg_ctlcluster systemd-analyze; do \
		PATH="$$PATH:/usr/sbin:/sbin" command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] || { \
		echo "installing what the tests need:$$missing"; \
		[ "$$(id -u)" = 0 ] || { echo "run: sudo apt-get install $(TEST_TOOLS)"; exit 1; }; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(TEST_TOOLS) >/dev/null; }

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

sim: setup
	PYTHONPATH=tests/helpers $(BIN)/python tests/sim

# Each goes on if another fails, and says itself what did not agree. docs/benchmarks.md tells what they show.
BENCHMARKS := http_client cpu_per_request open_floor recording_cost stall distributions arrivals workers lighthouse trace_overhead judge_scale host_sampling history_scale
bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev,bench]"
	@$(BIN)/python -m benchmarks.support.nginx
	@failed=0; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || failed=1; done; exit $$failed

example-datasette: setup
	$(BIN)/python examples/datasette/run.py

setup: $(VENV)/.installed
	@$(BIN)/slogate doctor --fix

# Installs again whenever the dependencies change.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

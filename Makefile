# Everything that a newcomer runs. `make help` lists it.

# The case that `make advise` answers: make advise CASE=path/to/your-case.yaml
CASE = kb/scenarios/examples/untreated-child.yaml

# The Python that .venv is made from: make advise PYTHON=python3.12
PYTHON ?= python3

VENV = .venv
BIN = $(VENV)/bin

# By name, because a call would split it at the comma.
EVERYTHING = .[service,reports,editor,dev]

# A Python path or an installation from outside must not shadow what is set up here.
unexport PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX

.PHONY: help advise serve test bench clean

help: ## List what can be asked for
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

advise: $(VENV)/has-core ## Answer one case; CASE=... names another
	@$(BIN)/rulewright advise $(CASE)

serve: $(VENV)/has-service ## Answer cases over HTTP
	@$(BIN)/rulewright serve

test: $(VENV)/has-dev ## Check style, types and behaviour
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto

bench: $(VENV)/has-dev ## Measure speed
	$(BIN)/pytest benchmarks --benchmark-enable -rfE

clean: ## Remove everything that make and the tools made
	rm -rf $(VENV) build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up. A has-... file in .venv is written when an installation succeeded, and stands until the versions change.

$(VENV)/made:
	@setup/check-machine '$(PYTHON)'
	@echo "Setting up $(VENV); the first time takes about a minute."
	@'$(PYTHON)' -m venv --clear $(VENV)
	@touch $@

$(VENV)/has-core: $(VENV)/made pyproject.toml constraints.txt
	$(call install,.)
	@touch $@

$(VENV)/has-service: $(VENV)/made pyproject.toml constraints.txt
	$(call install,.[service])
	@touch $(VENV)/has-core $@

$(VENV)/has-dev: $(VENV)/made pyproject.toml constraints.txt
	$(call install,$(EVERYTHING))
	@touch $(VENV)/has-core $(VENV)/has-service $@

# The constraints hold for what is installed and, by one variable or the other (it depends on pip's age), for the tools
# that build it; PEP 517 makes an old pip use those tools, not what happens to be in .venv. CPPFLAGS is for
# durable-rules 2.0.28: it calls PyEval_CallObject, which Python 3.13 no longer has; it would compile, and fail to load.
define install
@PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_USE_PEP517=1 \
	CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject" \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
@$(BIN)/python -c 'import durable.engine' || { \
	echo "durable-rules was built, but does not load. If pip kept an older build of it, this helps:" >&2; \
	echo "  $(BIN)/python -m pip cache remove durable_rules && make clean" >&2; exit 1; }
endef

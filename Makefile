# make site       sets up .venv, builds the sample portal into site/
# make test       everything that CI runs
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: site serve docs reference dist test test-long bench bench-domains shots mutants lint lock clean

site: .venv/site.done
	$(BIN)/python -m mkdocs build --strict --quiet
	@echo "The sample portal is in site/. To look at it: make serve, then open http://127.0.0.1:8000/ai-act/"

serve: .venv/site.done
	$(BIN)/python -m mkdocs serve

docs: .venv/site.done
	$(BIN)/python -m mkdocs build --strict --quiet -f docs/mkdocs.yml
	@echo "The user guide is in docs-site/."

reference: .venv/site.done
	$(BIN)/python docs/reference.py

# Wheel and sdist, in dist/.
dist: .venv/test.done
	$(BIN)/python -m build --no-isolation

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/test.done lint
	sh tests/browser/setup.sh
	npm ci --silent --no-audit --no-fund --prefix tests/site/ajv
	npm ci --silent --no-audit --no-fund --prefix tests/starting/editor
	$(PYTEST) -n 2 --dist loadgroup -m "not long"

test-long: .venv/test.done .venv/long.done .venv/neighbours.done
	sh tests/browser/setup.sh engines
	$(PYTEST) -m long

bench: .venv/test.done
	$(BIN)/python -m tests.bench

# Minutes to an hour; ARGS="--rows 1e7 --parts 0" and more, see --help.
bench-domains: .venv/long.done
	$(BIN)/python -m tests.bench.domains $(ARGS)

# Pictures of pages in shots/; ARGS="--page training-content-390" for some of them.
shots: .venv/test.done
	sh tests/browser/setup.sh
	$(BIN)/python -m tests.shots $(ARGS)

# Breaks the code in many places and lists what no test notices; ARGS="--room sealing --count 50" and more, see --help.
mutants: .venv/test.done
	$(BIN)/python -m tests.mutants $(ARGS)

# Pinned, hashed and free of any index address; written by uv, read by pip.
lock: .venv/test.done
	$(BIN)/python -m tests.lock

.venv/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gpai-portal needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/site.done: .venv/python.done requirements/site.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/site.txt
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

.venv/test.done: .venv/site.done requirements/test.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@

# Engines and tables that lists of domain names are computed with, for comparison.
.venv/long.done: .venv/test.done requirements/long.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/long.txt
	@touch $@

# The plugins of tests/neighbours, in an environment of their own, since they bring engines and versions of theirs.
.venv/neighbours.done: .venv/test.done requirements/neighbours.txt
	$(PYTHON) -m venv .venv/neighbours
	.venv/neighbours/bin/python -m pip install --quiet --require-hashes -r requirements/neighbours.txt
	.venv/neighbours/bin/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

clean:
	rm -rf .venv site docs-site dist shots tests/browser/node_modules tests/browser/audits/node_modules tests/vendored/node_modules tests/site/ajv/node_modules tests/starting/editor/node_modules

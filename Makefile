# Every target has its sentence behind two hashes; `make help` prints them.
PYTHON ?= python3
IN_VENV := .venv/bin/python
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Without compiled files pytest rewrites all its plugins anew at each start, which takes longer than many tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Virtual environment, dependencies, PWA build; each step is skipped when nothing changed
	@$(PYTHON) deploy/bootstrap.py

.PHONY: setup-dev
setup-dev: ## The same with what tests need from PyPI; for an editor, or before `make check`
	@$(PYTHON) deploy/bootstrap.py --dev

.PHONY: run
run: setup ## Demo district with a simulated peak at http://127.0.0.1:8000 (EMPTY=1: an empty one; ARGUMENTS=--help shows the options)
	@exec $(IN_VENV) -m server.demo.run $(if $(EMPTY),--empty) $(ARGUMENTS)

.PHONY: run-lan
run-lan: setup ## The same over HTTPS on this machine's address, for a real phone in the same network
	@exec $(IN_VENV) -m server.demo.run --lan $(ARGUMENTS)

.PHONY: cluster
cluster: setup ## The same behind nginx with two workers, PostgreSQL and Redis, which Debian's packages bring
	@exec $(IN_VENV) -m deploy.cluster

.PHONY: test
test: setup-dev ## Everything: set-up of browser and databases, linters, types, import contract, all tests
	@$(IN_VENV) -m tests.tools.prepare
	@$(IN_VENV) -m tests.tools.run_all

.PHONY: test-changed
test-changed: setup-dev ## What a change touches, the nearest tests first, in under 2 minutes (SINCE=commit, else what is not committed)
	@$(IN_VENV) -m tests.tools.prepare
	@$(IN_VENV) -m tests.tools.changed $(SINCE)

.PHONY: check
check: setup-dev ## Linters, types and the import contract alone (half a minute)
	@$(IN_VENV) -m tests.tools.run_all check

.PHONY: check-hard
check-hard: setup-dev ## The long search for trouble: the tests marked hard, and phones with the PWA of the release before
	@$(IN_VENV) -m tests.tools.prepare hard
	@$(IN_VENV) -m tests.tools.run_all hard

.PHONY: format
format: setup-dev ## Format the Python code
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format .

.PHONY: types
types: setup-dev ## Make the PWA's types (pwa/src/lib/api.d.ts) from the server's OpenAPI document
	@$(IN_VENV) -m tests.tools.api_types

.PHONY: states
states: setup-dev ## Make docs/states.md and its Chinese twin from the table of states that the pages use (pwa/src/words/core/states.ts)
	@cd pwa && PATH=$(CURDIR)/.venv/bin:$$PATH npm run --silent test -- tests/house/states.test.ts -u

.PHONY: settings
settings: setup ## Make docs/settings.md from the table of all settings (server/config/)
	@HUXUE_MODE=demo .venv/bin/flask --app wsgi settings > docs/settings.new \
		&& mv docs/settings.new docs/settings.md || { rm -f docs/settings.new; exit 1; }

.PHONY: requirements
requirements: setup-dev ## Compile requirements/*.in into pinned, hashed files (UPGRADE=1 takes newer versions)
	@for name in base build dev; do \
		case $$name in base) to=requirements.txt;; *) to=requirements/$$name.txt;; esac; \
		case $$name in base) known=;; build) known="-c requirements.txt";; \
			*) known="-c requirements.txt -c requirements/build.txt";; esac; \
		echo "  $$to"; \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make requirements" $(if $(UPGRADE),--upgrade) \
			requirements/$$name.in $$known -o $$to || exit 1; \
	done

.PHONY: clean
clean: ## Remove what is made: environment, builds, caches; the demo's data in var/ stay
	@rm -rf .venv pwa/node_modules pwa/dist pwa/dist-previous
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

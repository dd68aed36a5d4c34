# `make` lists the targets. Each installs what it needs: Python 3.11+, Node 20.19+, npm and make are enough.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What `make up` and deployments need, and with `.installed` what tests need on top.
LOCAL_INSTALLED := $(VENV)/.local
INSTALLED := $(VENV)/.installed
CDK_INSTALLED := node_modules/.cdk
NODE_INSTALLED := node_modules/.installed
CONFORMANCE := tests/conformance
CONFORMANCE_INSTALLED := $(CONFORMANCE)/node_modules/.installed
CONFORMANCE_VIEWER := $(CONFORMANCE)/dist/index.html

# The page that shows the twin. The package finds it there, in a clone as in a wheel.
PAGE := twin_stack/_assets/page/index.html
VIEWER_INSTALLED := viewer/node_modules/.installed
VIEWER_SOURCES := $(wildcard twin_stack/twinmaker/*.json) $(shell find viewer/src viewer/bundling viewer/public viewer/index.html viewer/*.json viewer/*.ts -type f 2>/dev/null)

# jsii prints a banner for Node 20 on each run; the CDK works on it.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nothing is compiled at installation: most of the CDK is never imported, and Python compiles imported modules once.
unexport PYTHONDONTWRITEBYTECODE

# uv takes a tenth of the time of pip, but reads no pip.conf; where it fails, as with an index of its own, pip does it.
install_python = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) 2>/dev/null || \
	$(BIN)/python -m pip install --quiet --no-compile $(1)
# A file of the index is installed only if it has a hash of the requirements file. A source distribution would run
# code of build tools that have no hash there.
HASHED := --require-hashes --only-binary :all:
# The lines of one package, with its hashes, as a file.
pinned = <(sed -n '/^$(1)==/,/[^\]$$/p' requirements-dev.txt)
# The lock file has the hash of each package. Scripts of packages do not run at installation.
NPM_CI := npm ci --ignore-scripts --silent --no-audit --no-fund

# What takes long comes first (tests/conftest.py), so that all workers end at about the same time.
PYTEST_PARALLEL := --numprocesses 2 --dist loadfile --no-loadscope-reorder

STAGE_OPTION = $(if $(STAGE),-c stage=$(STAGE))

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(LOCAL_INSTALLED): requirements-local.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, " \
		"this is " + sys.version.split()[0] + "; name another one with PYTHON=...")'
	@echo "installing Python packages into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile $(HASHED) -r $(call pinned,uv)
	@$(call install_python,$(HASHED) -r requirements-local.txt)
	@$(call install_python,--no-deps --no-build-isolation --editable .)
	@touch $@

$(INSTALLED): requirements-dev.txt $(LOCAL_INSTALLED)
	@echo "installing what tests need into $(VENV)"
	@$(call install_python,$(HASHED) -r requirements-dev.txt)
	@touch $@

$(CDK_INSTALLED): package-lock.json
	@echo "installing the AWS CDK CLI into node_modules"
	@$(NPM_CI) --omit=dev
	@touch $@

$(NODE_INSTALLED): package-lock.json
	@echo "installing the AWS CDK CLI and what tests need into node_modules"
	@$(NPM_CI)
	@touch $(CDK_INSTALLED) $@

$(CONFORMANCE_INSTALLED): $(CONFORMANCE)/package-lock.json
	@echo "installing AWS IoT App Kit into $(CONFORMANCE)/node_modules"
	@$(NPM_CI) --prefix $(CONFORMANCE)
	@touch $@

$(CONFORMANCE_VIEWER): $(CONFORMANCE_INSTALLED) $(CONFORMANCE)/vite.config.mjs $(wildcard $(CONFORMANCE)/scene_viewer/*)
	@echo "building AWS's scene viewer, a minute or two"
	@npm run --silent build --prefix $(CONFORMANCE) -- --logLevel error

$(VIEWER_INSTALLED): viewer/package-lock.json
	@echo "installing what the page is built with into viewer/node_modules"
	@$(NPM_CI) --prefix viewer
	@touch $@

$(PAGE): $(VIEWER_INSTALLED) $(VIEWER_SOURCES)
	@echo "building the page"
	@npm run --silent build --prefix viewer -- --logLevel warn

.PHONY: page
page: $(PAGE) ## Build the page that shows the twin

.PHONY: install
install: $(INSTALLED) $(NODE_INSTALLED) ## Install everything into .venv and node_modules

.PHONY: local
local: $(LOCAL_INSTALLED) $(CDK_INSTALLED)

.PHONY: up
up: ## Run the twin on this machine, without an AWS account (MODEL=PATH takes another definition)
	@$(MAKE) --silent --no-print-directory --jobs 3 local page
	@$(BIN)/twin up $(if $(MODEL),--model $(MODEL))

.PHONY: down
down: local ## Stop the twin that `make up` runs
	@$(BIN)/twin down

.PHONY: aws-cli
aws-cli: $(LOCAL_INSTALLED) ## Install the AWS CLI as .venv/bin/aws
	@# pip takes hashes of requirements only, uv those of constraints too.
	@$(BIN)/uv pip install --quiet --python $(BIN)/python $(HASHED) --constraint requirements-dev.txt \
		-r $(call pinned,awscli) 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --no-compile $(HASHED) -r requirements-dev.txt

.PHONY: synth
synth: local ## Synthesize the stack into cdk.out (STAGE=prod takes another stage)
	@rm -rf cdk.out
	@npx cdk synth --quiet $(STAGE_OPTION)
	@echo "cdk.out: $$(ls cdk.out/*.template.json)"

.PHONY: diff
diff: local ## Show what a deployment would change in AWS
	@npx cdk diff $(STAGE_OPTION)

.PHONY: deploy
deploy: local ## Deploy to AWS
	@npx cdk deploy --import-existing-resources $(STAGE_OPTION)

.PHONY: lint
lint: install
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@PYTHONPATH=lambdas $(BIN)/lint-imports --no-logo > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@$(BIN)/mypy --no-error-summary

.PHONY: check
check: install ## Lint, types, form of the models and unit tests: no deployment, no browser
	@$(MAKE) --silent --no-print-directory --jobs 2 lint unit

.PHONY: unit
unit: install
	@$(BIN)/twin fmt --check models/*/ > .twin-fmt.log || { cat .twin-fmt.log; exit 1; }
	@TWIN_CHECK=1 $(BIN)/python -m pytest $(PYTEST_PARALLEL) -m "not deploy and not browser and not slow"

.PHONY: unit-viewer
unit-viewer: page
	@npm test --silent --prefix viewer -- --reporter dot

.PHONY: test
test: ## Everything that a clone can prove; what CI runs
	@$(MAKE) --silent --no-print-directory --jobs 2 lint unit-viewer
	@# Failed tests run once more, alone; those that pass only then are listed at the end.
	@$(BIN)/python -m tests.support.retried_run $(PYTEST_PARALLEL) --numprocesses 4

.PHONY: soak
soak: install page ## Repeat kills, bursts and generated input many times
	@TWIN_SOAK=1 $(BIN)/python -m pytest -m soak

.PHONY: conformance
conformance: install page $(CONFORMANCE_VIEWER) ## Hold the twin and its page against AWS IoT App Kit, which takes long to install
	@$(BIN)/python -m pytest $(addprefix $(CONFORMANCE)/,app_kit.py definitions.py lambda_botocore.py local_service.py \
		published_events.py scene_documents.py scene_viewer.py tmdt.py wind_farm.py)

.PHONY: snapshots
snapshots: install page ## Accept the templates and JSON Schemas as they are now; the change shows in the pull request
	@$(BIN)/python -m pytest --snapshot-update -m snapshot --quiet
	@$(BIN)/python -m tests.templates.architecture
	@$(BIN)/python -m tests.flow.lifecycle
	@$(BIN)/python -m twin_stack.plan.documentation
	@$(BIN)/python -m tests.docs.readme_plan
	@$(BIN)/python -m tests.support.plan_edits
	@$(BIN)/python -m tests.support.resource_properties
	@$(BIN)/python -m tests.templates.update_behaviour
	@$(BIN)/python -m twin_stack.definition.json_schemas.generate

.PHONY: architecture
architecture: install ## Draw the architecture of the factory in README and docs
	@$(BIN)/python -m tests.templates.architecture

.PHONY: docs
docs: install ## Build the documentation into the folder site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: pictures
pictures: install page ## Accept how the page looks now, and take the picture of the README
	@$(BIN)/python -m pytest --snapshot-update tests/viewer -k "looks_like or shows_the_twin or new_value" --quiet

.PHONY: bench
bench: install page ## Measure against the peers; writes docs/benchmarks.md (SECTION=synthesis measures one)
	@PYTHONPATH=lambdas $(BIN)/python -m tests.bench.run $(SECTION)

MUTATION := build/mutation
.PHONY: mutants
mutants: install ## Change the connectors' code and list the changes that no test notices (MODULE='connector_kit.tokens*' takes one)
	@rm -rf $(MUTATION) && mkdir -p $(MUTATION)
	@cp -r tests twin_stack docs $(MUTATION)/ && cp -r lambdas $(MUTATION)/src
	@cp tests/lambdas/mutmut.toml $(MUTATION)/pyproject.toml
	@cd $(MUTATION) && $(CURDIR)/$(BIN)/mutmut run $(if $(MODULE),'$(MODULE)')
	@cd $(MUTATION) && ! $(CURDIR)/$(BIN)/mutmut results | grep -v "not checked" | \
		grep -vwFf <(sed 's/ *#.*//; /^$$/d' $(CURDIR)/tests/lambdas/mutants_accepted.txt)

.PHONY: fmt
fmt: install ## Format the code
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

COMPILE = $(BIN)/uv pip compile --quiet --universal --no-header --generate-hashes --python-version 3.11 pyproject.toml
.PHONY: requirements
requirements: install ## Compile the exact pins and hashes from pyproject.toml
	@$(COMPILE) --extra dev --extra local --extra nag --group build --output-file requirements-dev.txt
	@$(COMPILE) --constraint requirements-dev.txt --extra local --extra nag --group build --output-file requirements-local.txt
	@$(COMPILE) --constraint requirements-dev.txt --extra nag --output-file requirements.txt

.PHONY: lowest
lowest: install ## Synthesize small apps with the oldest dependencies that pyproject.toml allows, which it installs
	@$(BIN)/python -m tests.packaging.lowest

.PHONY: licenses
licenses: install ## Write docs/licenses.md from the metadata of dependencies
	@$(BIN)/python -m tests.packaging.licenses

.PHONY: audit
audit: install $(VIEWER_INSTALLED) ## Look up vulnerabilities of dependencies and signatures of npm packages in their registries
	@# Without --strict, a registry that does not answer is a success.
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements-dev.txt
	@for folder in . viewer; do \
		npm audit signatures --prefix $$folder && npm audit --omit=dev --prefix $$folder || exit; \
	done

.PHONY: dist
dist: install page ## Build a release into the folder dist: wheel, source distribution, bill of materials
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist . > /dev/null
	@$(BIN)/python -m tests.packaging.bill_of_materials dist/twin-stack.cdx.json
	@ls dist/*

.PHONY: clean
clean: ## Remove everything that was installed or made
	@rm -rf $(VENV) node_modules viewer/node_modules $(CONFORMANCE)/node_modules $(CONFORMANCE)/dist twin_stack/_assets cdk.out dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis

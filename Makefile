# The two commands: `make repro` runs the whole pipeline, `make test` passes the tests; `make` lists all.
# Each makes .venv first, from requirements.lock, when it is missing or older than the lock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

# A mirror that is a local folder is made absolute, so that experiments outside this folder find it.
ifneq ($(wildcard $(MNIST_MIRROR)),)
export MNIST_MIRROR := $(abspath $(MNIST_MIRROR))
endif

# What the commands take; `python -m stages COMMAND --help` says more.
AGAINST = $(if $(BASE),--base '$(BASE)') $(if $(REMOTE),--remote)

.DEFAULT_GOAL := help
.PHONY: help repro test lint check-lock sweep search cross-validate bench pr-report gate
.PHONY: leaderboard screenshot lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

repro: $(BIN)/.installed ## Run the pipeline, or what has changed of it, and print the leaderboard
	python -m stages repro
	@python -m stages leaderboard

# A file's tests share what they have made, so they stay with one worker. Each works on one core: with
# one thread, and a Java that does not optimize what ends so soon.
test: export THREADS = 1
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: export SPARK_SUBMIT_OPTS = -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
test: $(BIN)/.installed ## Run the tests
	python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: $(BIN)/.installed ## Check style and workflows
	ruff check .
	ruff format --check .
	actionlint

check-lock: $(BIN)/.installed ## Fail unless dvc.lock fits the code and the params; needs no data
	python -m stages check-lock

leaderboard: $(BIN)/.installed ## Print how good the families are, as the last run found
	@python -m stages leaderboard

sweep: $(BIN)/.installed ## Run the sweep NAME=width, or all; JOBS=2: two fits side by side
	python -m stages sweep $(NAME) $(if $(JOBS),--jobs $(JOBS))

search: $(BIN)/.installed ## Search better params of FAMILY=fast_cnn, in TRIALS=20
	python -m stages search $(FAMILY) $(if $(TRIALS),--trials $(TRIALS))

cross-validate: $(BIN)/.installed ## Measure some families over folds of the training rows
	python -m stages cross-validate

bench: $(BIN)/.installed ## Measure speed and accuracy of ITEMS="fast_cnn knn", or of all: 45 minutes
	python -m stages bench $(ITEMS)

pr-report: $(BIN)/.installed ## Write what the branch changes against BASE; REMOTE=1 reads from there
	python -m stages pr-report $(AGAINST)

gate: $(BIN)/.installed ## Fail below a floor or, with BASE=HEAD, when a family is worse than there
	python -m stages gate $(AGAINST)

screenshot: $(BIN)/.installed ## Take the README's picture; needs Debian's chromium, chromium-driver
	python -m tests.screenshot

$(BIN)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

# One resolver run over pyproject.toml; index addresses and torch's build tag stay out of the lock.
lock: ## Pin anew, in requirements.lock, what pyproject.toml asks for
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet pip-tools
	$(VENV)/lock/bin/pip-compile --quiet --strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --all-extras --output-file requirements.lock pyproject.toml
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock

clean: ## Remove the virtual environment and what a cut download has left
	rm -rf $(VENV) data/partial

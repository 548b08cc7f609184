# The two commands: `make repro` runs the whole pipeline, `make test` passes the tests.
# Each makes .venv first, from requirements.lock, when it is missing or older than the lock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

# A mirror that is a local folder is made absolute, so that experiments outside this folder find it.
ifneq ($(wildcard $(MNIST_MIRROR)),)
export MNIST_MIRROR := $(abspath $(MNIST_MIRROR))
endif

.PHONY: repro repro-parallel test lint check-lock sweep search cross-validate bench pr-report gate
.PHONY: screenshot lock clean

repro: $(BIN)/.installed
	@dvc status --quiet download || python -m stages.fallback
	dvc repro
	@python -m stages.report --print

# `make -j 2 repro-parallel`, or with JOBS=2: the same, but with two families at work side by side.
repro-parallel: JOBS ?= $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),2)
repro-parallel: $(BIN)/.installed
	@dvc status --quiet download || python -m stages.fallback
	python -m stages.parallel $(JOBS)
	@python -m stages.report --print

# A file's tests share what they have made, so they stay with one worker. Idle threads sleep instead
# of spinning, which leaves the cores to the other worker.
test: $(BIN)/.installed
	OMP_WAIT_POLICY=passive python -m pytest --numprocesses 2 --dist loadfile

lint: $(BIN)/.installed
	ruff check .
	ruff format --check .
	actionlint

# Whether dvc.lock fits the code and the params; needs no data.
check-lock: $(BIN)/.installed
	@for file in dvc.yaml stages/sweeps/dvc.yaml; do \
		told=$$(dvc repro --dry --allow-missing $$file 2>&1); \
		case $$told in *"Data and pipelines are up to date."*) continue ;; esac; \
		echo "$$told" | grep -v "didn't change" >&2; \
		echo "error: dvc.lock does not fit $$file: run dvc repro $$file and commit" >&2; \
		exit 1; \
	done

# `make sweep NAME=width` runs one sweep of params.yaml, `make sweep` all; JOBS=2: two fits at a time.
sweep: $(BIN)/.installed
	python -m stages.sweep $(NAME) $(if $(JOBS),--jobs $(JOBS))

# `make search FAMILY=fast_cnn TRIALS=20`: Optuna over the family's space in params.yaml.
search: $(BIN)/.installed
	python -m stages.search $(FAMILY) $(if $(TRIALS),--trials $(TRIALS))

cross-validate: $(BIN)/.installed
	dvc repro stages/sweeps/dvc.yaml:draw_cross_validation

# `make bench ITEMS="fast_cnn knn"` measures only these; all of them take about three quarters of an hour.
bench: $(BIN)/.installed
	python -m stages.bench $(ITEMS)

# What the branch changes against BASE, as a page; REMOTE=1 reads predictions from there.
pr-report: $(BIN)/.installed
	python -m stages.pr_report $(if $(BASE),--base '$(BASE)') $(if $(REMOTE),--remote)

# Fails below a floor of params.yaml or, with BASE, when a family is significantly worse.
gate: $(BIN)/.installed
	python -m stages.gate $(if $(BASE),--base '$(BASE)') $(if $(REMOTE),--remote)

# The README's picture of the report; needs Debian's chromium and chromium-driver.
screenshot: $(BIN)/.installed
	python -m tests.screenshot

$(BIN)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

# One resolver run over pyproject.toml; index addresses and torch's build tag stay out of the lock.
lock:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet pip-tools
	$(VENV)/lock/bin/pip-compile --quiet --strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --all-extras --output-file requirements.lock pyproject.toml
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock

clean:
	rm -rf $(VENV) data/partial data/live

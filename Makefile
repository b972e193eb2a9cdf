# The task runner. `make setup` once; the README's two commands do the same without make.
python := .venv/bin/python

.PHONY: setup check test bench docs

# The environment in .venv, with everything that development needs.
setup:
	python3 -m venv .venv
	$(python) -m pip install --quiet --editable '.[dev,durable]'

# Lint, form, types, docstrings.
check:
	.ci/check

# The tests, without the slow ones; `make test only='-m slow'` runs those.
test:
	$(python) -m pytest $(only)

# The budgets of this machine; ends with 1 where one is exceeded.
bench:
	$(python) benchmarks/budgets.py

# What the documents say is run and compared with the code.
docs:
	$(python) -m pytest tests/test_docs.py tests/test_floors.py

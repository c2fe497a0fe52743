# Two commands: `make run` opens the studio on this machine, `make test` proves that it works. See README.md.

PYTHON ?= python3
VENV := .venv/bin
ENVIRONMENT := massage_booking/demo/environment.py

.PHONY: help run setup test drills bench check format environment

help:
	@echo "make run     open the studio here: web server, worker and beat; Ctrl-C stops all"
	@echo "make setup   open a real studio in an empty database: asks for its name, address, numbers, first admin"
	@echo "make test    install what testing needs and run all tests: SQLite, PostgreSQL, Redis, browser"
	@echo "make drills  the long trials: races, killed servers, backup under load, restore, ten thousand keys changed"
	@echo "make bench   measure what must stay fast, see docs/performance.md"
	@echo "make check   lint, format, import order, types, production settings, migrations"
	@echo "make format  put the code into the house's format"

run:
	@$(PYTHON) $(ENVIRONMENT) run
	@$(VENV)/python -m massage_booking.demo.run

setup:
	@$(PYTHON) $(ENVIRONMENT) run
	@$(VENV)/python manage.py migrate --verbosity 0
	@$(VENV)/python manage.py setup_studio

test:
	@$(PYTHON) $(ENVIRONMENT) test
	@$(VENV)/python -m tests.run

drills:
	@$(PYTHON) $(ENVIRONMENT) test
	@$(VENV)/python -m tests.run drills drills-postgres

bench:
	@$(PYTHON) $(ENVIRONMENT) bench
	@$(VENV)/python -m tests.bench

check:
	@$(PYTHON) $(ENVIRONMENT) dev
	@$(VENV)/python -m tests.check

format:
	@$(PYTHON) $(ENVIRONMENT) dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

environment:
	@$(PYTHON) $(ENVIRONMENT) dev

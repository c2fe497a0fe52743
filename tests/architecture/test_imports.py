"""Who may import whom, and where time and the environment are read."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("massage_booking", "screening", "sessions", "therapists")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(ROOT), ast.parse(file.read_text())


def test_the_order_of_the_apps_is_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([str(program), "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_environment_is_read_in_one_place() -> None:
    allowed = {"massage_booking/env.py"}
    # What starts processes hands the environment on to them; settings.py is named there.
    starting = ("massage_booking/demo/", "massage_booking/wsgi.py", "massage_booking/celery.py")
    readers = {
        str(file)
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and not str(file).startswith(starting)
    }

    assert readers == allowed


def test_tasks_are_leaves_that_import_what_they_call_only_when_they_run() -> None:
    for file, tree in modules():
        if file.name != "tasks.py":
            continue
        tops = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert tops == ["from celery import shared_task"], file


def test_services_take_their_arguments_by_name() -> None:
    """What writes says at each call what is what; names beginning with _ are the module's own."""
    positional = [
        f"{file}: {node.name}"
        for file, tree in modules()
        if file.name == "services.py" or file.parent.name == "services"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and "now" in _names(node)
        if node.args.args and not _helper(node)
    ]

    assert positional == []


def _names(node: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}


def _helper(node: ast.FunctionDef) -> bool:
    """A function about one thing may take that thing first: send_one(message, me=…)."""
    return len(node.args.args) == 1 and bool(node.args.kwonlyargs)

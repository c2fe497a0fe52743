"""A pytest plugin: only the tests that ask the database, for a second run on another engine."""

import pytest

DATABASE = {"db", "transactional_db", "live_server"}


def asks(item: pytest.Item) -> bool:
    return bool(DATABASE & set(getattr(item, "fixturenames", ()))) or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    others = [item for item in items if not asks(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if asks(item)]

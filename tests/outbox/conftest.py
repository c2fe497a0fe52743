from collections.abc import Iterator

import pytest

from tests.outbox import owing


@pytest.fixture(autouse=True)
def known_kinds() -> Iterator[None]:
    with owing.kinds():
        yield

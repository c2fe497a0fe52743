from collections.abc import Iterator

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    """Put the keys back that a drill has changed."""
    kept = settings.VAULT_KEYS
    yield
    settings.VAULT_KEYS = kept

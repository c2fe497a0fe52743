"""The shared cache, with Redis and without."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command

from tests.servers import free_port


@pytest.fixture
def cache(settings: Any, db: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A shared cache at the address that the test names: a server that is there, or one that is not."""
    settings.CACHES = {
        "default": {"BACKEND": "massage_booking.core.cache.RedisElseDatabase", "LOCATION": request.param},
        "database": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_of_this_test"},
    }
    call_command("createcachetable", verbosity=0)
    yield caches["default"]


def use(cache: Any) -> dict[str, Any]:
    """Do once what limits do, and more; return what came of it."""
    cache.set("tries", 1)
    cache.incr("tries")
    return {
        "counted": cache.get("tries"),
        "added once": (cache.add("lock", "mine"), cache.add("lock", "yours"), cache.get("lock")),
        "many": (cache.set_many({"a": 1, "b": 2}), cache.get_many(["a", "b", "c"])),
        "there": ("a" in cache, cache.has_key("z"), cache.touch("a"), cache.get("z", "nothing")),
        "gone": (cache.delete("a"), cache.delete_many(["b"]), cache.get("a"), cache.get("b")),
        "made": cache.get_or_set("made", lambda: 7),
    }


EXPECTED = {
    "counted": 2,
    "added once": (True, False, "mine"),
    "many": ([], {"a": 1, "b": 2}),
    "there": (True, False, True, "nothing"),
    "gone": (True, None, None, None),
    "made": 7,
}


@pytest.mark.parametrize("cache", [f"redis://127.0.0.1:{free_port()}/0"], indirect=True, ids=["Redis is away"])
def test_while_redis_is_away_the_database_counts(cache: Any) -> None:
    assert use(cache) == EXPECTED
    assert caches["database"].get("tries") == 2


@pytest.mark.redis
@pytest.mark.parametrize("cache", [os.environ.get("REDIS_URL", "")], indirect=True, ids=["Redis is there"])
def test_with_redis_the_database_is_left_alone(cache: Any) -> None:
    cache.clear()

    assert use(cache) == EXPECTED
    assert caches["database"].get("tries") is None

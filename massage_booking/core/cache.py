"""The cache that all workers share: Redis, and while Redis is away a table in the database.

It counts tries of sign-in and the like. Without the second place a Redis that is down would take signing in with it,
or, worse, let everybody try without end.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

STANDS_IN: Final = "database"  # its name in CACHES
METHODS: Final = (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear",
)  # fmt: skip


def _or_in_the_database(name: str) -> Callable[..., Any]:
    in_redis = getattr(RedisCache, name)

    @wraps(in_redis)
    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return in_redis(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("Redis does not answer (%s); the database stands in", type(error).__name__)
            return getattr(caches[STANDS_IN], name)(*args, **kwargs)

    return method


class RedisElseDatabase(RedisCache):
    """Django's Redis cache, each of whose methods has a second place to go."""


for _name in METHODS:
    setattr(RedisElseDatabase, _name, _or_in_the_database(_name))

"""Threads that start at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def race(runners: int, run: Callable[[int], Any]) -> list[Any]:
    """Run `run(number)` in so many threads at once; return results or the exceptions raised, in order of number."""
    barrier = threading.Barrier(runners)
    results: list[Any] = [None] * runners

    def runner(number: int) -> None:
        try:
            barrier.wait()
            results[number] = run(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=runner, args=[number]) for number in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

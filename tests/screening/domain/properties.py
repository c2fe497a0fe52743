"""Properties that must hold for any client: each is tried on 5,000."""

from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

# Drawing a seed costs hypothesis more than making and judging ten clients, so that one seed stands for ten.
CLIENTS_PER_SEED = 10
SEEDS = st.integers(min_value=0, max_value=2**64 - 1)
# Shrinking a seed would not make a client simpler.
_tries = settings(
    max_examples=5000 // CLIENTS_PER_SEED,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def for_thousands(check: Callable[[Random], None]) -> Callable[[], None]:
    """Make a test of a property: `check` gets dice to make its client with."""

    @_tries
    @given(seed=SEEDS)
    def tried(seed: int) -> None:
        for number in range(CLIENTS_PER_SEED):
            check(Random(seed * CLIENTS_PER_SEED + number))

    tried.__name__, tried.__doc__ = check.__name__, check.__doc__
    return tried

"""The rules engine: one process, one core, clients drawn with a fixed seed."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from screening.domain.booking_ahead import book_ahead
from screening.domain.earliest import earliest
from screening.domain.evaluate import evaluate
from screening.domain.rules import RULES_FOLDER, parse_rules
from tests.bench.figures import Figure, each
from tests.screening.domain.clients import RULES, random_client
from tests.screening.domain.dated_clients import LENGTHS, TODAY, days, random_dated_client

MANY: Final = 10_000
SEED: Final = 2026


def verdicts() -> Callable[[], object]:
    dice = Random(SEED)
    clients = [random_client(dice) for _ in range(MANY)]
    return lambda: [evaluate(RULES, client) for client in clients]


def bookings() -> Callable[[], object]:
    dice = Random(SEED)
    wishes = [(random_dated_client(dice), dice.randint(0, 60)) for _ in range(MANY)]
    return lambda: [
        book_ahead(RULES, known, today=TODAY, session_on=days(ahead), hours_until=24 * ahead) for known, ahead in wishes
    ]


def earliest_days() -> Callable[[], object]:
    dice = Random(SEED)
    techniques = RULES.extra.techniques
    wishes = [(random_dated_client(dice), dice.choice(techniques), dice.choice(LENGTHS)) for _ in range(MANY)]
    return lambda: [
        earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY)
        for known, technique, minutes in wishes
    ]


def readings_of_rules() -> Callable[[], object]:
    texts = {name: (RULES_FOLDER / name).read_text(encoding="utf-8") for name in ("rules.csv", "rules_extra.json")}
    screen = (RULES_FOLDER / "screen.json").read_text(encoding="utf-8")
    return lambda: parse_rules(
        rules_csv=texts["rules.csv"], extra=json.loads(texts["rules_extra.json"]), screen=json.loads(screen)
    )


def figures() -> Iterator[Figure]:
    """Measure the rules engine; nothing but the processor is needed."""
    yield each("one verdict", verdicts(), times=MANY, bar=100)
    yield each("one session booked ahead", bookings(), times=MANY)
    yield each("one earliest day", earliest_days(), times=MANY)
    yield each("one rule version read and checked", readings_of_rules(), times=1)

"""The rules engine: one process, one core, clients drawn with a fixed seed."""

import json
from collections.abc import Callable
from random import Random
from typing import Final

from screening.domain.booking_ahead import book_ahead
from screening.domain.earliest import earliest
from screening.domain.evaluate import evaluate
from screening.domain.rules import RULES_FOLDER, parse_rules
from tests.bench.measure import Bench
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


BENCHES: Final = (
    Bench("verdicts", MANY, verdicts, most_seconds=1.0),
    Bench("sessions booked ahead", MANY, bookings),
    Bench("earliest days", MANY, earliest_days),
    Bench("rule versions read and checked", 1, readings_of_rules),
)

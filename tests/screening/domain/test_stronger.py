"""A stronger technique or a longer session than last time (guide, section 5, trigger 8)."""

import pytest

from screening.domain.stronger import is_stronger
from tests.screening.domain.clients import RULES


@pytest.mark.parametrize(
    ("technique", "minutes", "last_technique", "last_minutes", "stronger"),
    [
        ("swedish", 60, "swedish", 60, False),
        ("deep_tissue", 60, "swedish", 60, True),
        ("deep_tissue", 60, "sports", 60, True),
        ("trigger_point", 60, "myofascial", 60, True),
        ("thai", 60, "sports", 60, False),
        ("sports", 60, "deep_tissue", 60, False),
        ("chair", 60, "swedish", 60, False),
        ("swedish", 90, "swedish", 60, True),
        ("swedish", 90, "deep_tissue", 60, True),
        ("swedish", 30, "deep_tissue", 60, False),
        ("deep_tissue", 30, "swedish", 60, True),
        ("deep_tissue", 90, None, None, False),
        ("deep_tissue", 90, None, 60, True),
        ("deep_tissue", 90, "swedish", None, True),
    ],
)
def test_more_pressure_or_more_minutes_count(technique, minutes, last_technique, last_minutes, stronger) -> None:
    assert is_stronger(RULES, technique, minutes, last_technique, last_minutes) is stronger

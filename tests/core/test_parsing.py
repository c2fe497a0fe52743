"""Garbage in an address becomes None, on every engine, and never an exception."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_booking.core import parsing

READERS = [parsing.to_int, parsing.to_date, parsing.to_month, parsing.to_instant]
GARBAGE = [
    None, "", " ", "\x00", "0\x00", "²", "١٢٣", "-1", "1e9", "0x10", str(2**63), "9" * 400, "NaN", "inf",
    "0000-01-01", "2026-02-30", "2026-13", "99999-01-01", "2026-W01-1", "20260601", "2026-06-01T25:00+00:00",
    "2026-06-01T09:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "<script>", [], {},
    pytest.param(object(), id="an object"), b"1",
]  # fmt: skip


@pytest.mark.parametrize("raw", GARBAGE, ids=repr)
@pytest.mark.parametrize("read", READERS[1:], ids=lambda read: read.__name__)
def test_garbage_is_nothing(read: object, raw: object) -> None:
    assert read(raw) is None  # type: ignore[operator]


@pytest.mark.parametrize("raw", [raw for raw in GARBAGE if raw != "20260601"], ids=repr)
def test_garbage_is_no_number(raw: object) -> None:
    assert parsing.to_int(raw) is None


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    for read in READERS:
        read(text)


def test_what_is_meant_is_read() -> None:
    assert parsing.to_int(" 42 ") == 42
    assert parsing.to_int(str(2**63 - 1)) == 2**63 - 1
    assert parsing.to_date("2026-06-01") == date(2026, 6, 1)
    assert parsing.to_month("2026-06") == date(2026, 6, 1)
    assert parsing.to_instant("2026-06-01T09:15+01:00") == datetime(2026, 6, 1, 8, 15, tzinfo=UTC)
    assert parsing.to_instant("2026-06-01T08:15Z") == datetime(2026, 6, 1, 8, 15, tzinfo=UTC)


def test_a_number_out_of_bounds_is_none() -> None:
    assert parsing.to_int("0", least=1) is None
    assert parsing.to_int("11", most=10) is None

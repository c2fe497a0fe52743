"""Booking a series: all dates in one act or those that can be had, once, with one letter."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import FormKey, MassageSession, Series, SessionEvent
from sessions.models.session import BookedVia
from sessions.services import changes
from sessions.services.series import Wanted
from tests import cast
from tests.screening.letters.sent import BONES
from tests.sessions.series.dates import booked, in_the_way, numbers, tuesday

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def answered(house: cast.House) -> None:
    """Nadia has answered: everything is fine."""
    cast.answer(house.nadia)


def nothing_is_booked(house: cast.House) -> bool:
    return not MassageSession.objects.filter(client=house.nadia).exists() and not Series.objects.exists()


def owed() -> list[tuple[str, int]]:
    """Return kinds of mails that are still owed, with how many."""
    kinds = list(Message.objects.filter(status="queued").order_by("kind").values_list("kind", flat=True))
    return [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]


def test_six_dates_become_six_numbered_sessions_with_what_they_cost_then(house: cast.House) -> None:
    found = booked(house)

    house.swedish.price = Decimal("90")
    house.swedish.save()
    sessions = list(MassageSession.objects.filter(series=found.series))
    assert numbers(sessions) == [(number, tuesday(number), "booked") for number in range(1, 7)]
    assert {(one.price, one.currency, one.booked_via) for one in sessions} == {(Decimal("68"), "EUR", "series")}
    assert {one.blocked_until - one.ends_at for one in sessions} == {timedelta(minutes=15)}
    assert all(one.decision is not None for one in sessions)
    assert len({one.public_id for one in sessions}) == 6
    series = found.series
    assert (series.client, series.service, series.therapist, series.interval_days) == (
        house.nadia, house.swedish, house.ana, 14,
    )  # fmt: skip


def test_one_letter_tells_of_all_and_each_has_its_reminder(house: cast.House) -> None:
    booked(house)

    assert owed() == [("reminder", 6), ("series_booked", 1)]


def test_every_session_has_its_own_record_of_being_booked(house: cast.House) -> None:
    booked(house)

    events = SessionEvent.objects.order_by("session__starts_at").values_list("session__series_number", "act", "by")
    assert list(events) == [(number, "confirm", "client") for number in range(1, 7)]


def test_all_or_nothing_books_nothing_when_one_is_taken(house: cast.House) -> None:
    in_the_way(house, tuesday(4))

    with pytest.raises(Taken) as refused:
        booked(house)

    assert refused.value.params["starts_at"] == tuesday(4)
    assert len(refused.value.params["nearest"]) == 3
    assert nothing_is_booked(house)
    assert not Message.objects.filter(kind="series_booked").exists()


def test_keep_the_possible_ones_books_the_rest_and_says_which_is_lost(house: cast.House) -> None:
    in_the_way(house, tuesday(4))
    in_the_way(house, tuesday(6))

    found = booked(house, keep_possible=True)

    assert numbers(found.sessions) == [
        (number, tuesday(week), "booked") for number, week in enumerate([1, 2, 3, 5], start=1)
    ]
    assert [wanted.starts_at for wanted, _ in found.lost] == [tuesday(4), tuesday(6)]


def test_where_none_is_left_nothing_is_booked(house: cast.House) -> None:
    in_the_way(house, tuesday(1))

    with pytest.raises(Taken):
        booked(house, tuesday(1), keep_possible=True)

    assert nothing_is_booked(house)


def test_with_anyone_a_date_goes_to_whoever_is_free(house: cast.House) -> None:
    in_the_way(house, tuesday(2))

    found = booked(house, tuesday(1), tuesday(2), therapist=None)

    assert found.sessions[1].therapist == house.uma
    assert found.sessions[1].chosen_because == "only_one"


def test_the_same_form_again_makes_no_second_series(house: cast.House) -> None:
    first = booked(house, form_key="k" * 22, form_digest="d")
    second = booked(house, form_key="k" * 22, form_digest="d", now=cast.NOW + timedelta(minutes=1))

    assert [one.pk for one in second.sessions] == [one.pk for one in first.sessions]
    assert (Series.objects.count(), MassageSession.objects.count(), FormKey.objects.count()) == (1, 6, 1)


def test_the_same_form_with_other_words_is_refused(house: cast.House) -> None:
    booked(house, form_key="k" * 22, form_digest="d")

    with pytest.raises(Refused, match="form_reused"):
        booked(house, form_key="k" * 22, form_digest="other")


@pytest.mark.parametrize(
    ("days", "code"),
    [([], "series_empty"), ([1] * 2, "series_same_day"), (range(1, 14), "series_too_many")],
)
def test_what_no_page_sends_is_refused(house: cast.House, days: list[int], code: str) -> None:
    starts = tuple(cast.at(10 + number, days=day) for number, day in zip([0, 2] + [0] * 20, days, strict=False))
    dates = tuple(Wanted(at, house.ana) for at in starts)

    with pytest.raises(Refused, match=code):
        booked(house, dates=dates)

    assert nothing_is_booked(house)


def test_the_studios_most_ahead_counts_and_the_desk_may_book_more(house: cast.House) -> None:
    house.studio.upcoming_most = 7
    house.studio.save()
    cast.book(house, starts_at=cast.at(10, days=1))
    cast.book(house, starts_at=cast.at(10, days=2))

    with pytest.raises(Refused) as refused:
        booked(house)
    assert (refused.value.code, refused.value.params["most"], refused.value.params["count"]) == (
        "series_over_cap",
        7,
        8,
    )
    assert len(booked(house, by="desk", actor=house.desk).sessions) == 6


def test_the_next_dates_go_on_in_the_same_series(house: cast.House) -> None:
    first = booked(house, tuesday(1), tuesday(2))
    changes.cancel(session=first.sessions[1], actor=None, by="client", now=cast.NOW)

    second = booked(house, tuesday(3), tuesday(4))

    assert second.series == first.series
    assert [one.series_number for one in second.sessions] == [3, 4]


@pytest.mark.parametrize("other", ["service", "interval", "long ago"])
def test_another_rhythm_is_another_series(house: cast.House, other: str) -> None:
    first = booked(house, tuesday(1))
    more: dict[str, object] = {}
    if other == "service":
        more["service"] = house.swedish45
    if other == "interval":
        more["interval_days"] = 21
    if other == "long ago":
        MassageSession.objects.update(starts_at=cast.at(10, days=-40), ends_at=cast.at(11, days=-40), status="done")

    assert booked(house, tuesday(3), **more).series != first.series


def test_answers_that_need_a_letter_keep_the_first_date_alone(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)

    with pytest.raises(Refused, match="letter_waits_already"):
        booked(house, tuesday(1), tuesday(2))
    assert nothing_is_booked(house)

    found = booked(house, tuesday(1), tuesday(2), keep_possible=True)
    assert numbers(found.sessions) == [(1, tuesday(1), "requested")]
    assert found.sessions[0].clearance_until is not None
    assert [kind for kind, _ in owed()] == ["document_missing", "document_reminder", "series_booked"]


def test_answers_that_rule_it_out_book_nothing(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    with pytest.raises(Refused, match="screening"):
        booked(house, service=house.deep)

    assert nothing_is_booked(house)


def test_online_nobody_books_without_answers_and_the_desk_books_adults(house: cast.House) -> None:
    with pytest.raises(Refused, match="answers_needed"):
        booked(house, client=house.ben, actor=house.ben.account)

    found = booked(house, client=house.ben, actor=house.desk, by="desk")

    assert {(one.status, one.re_ask_due, one.booked_via) for one in found.sessions} == {
        ("booked", True, BookedVia.SERIES.value)
    }


def test_dates_stay_apart_in_the_calendar_whatever_is_sent(house: cast.House) -> None:
    found = booked(house, *[tuesday(number) for number in (3, 1, 2)])

    starts = [one.starts_at for one in found.sessions]
    assert all(earlier < later for earlier, later in pairwise(starts))

"""Letters about a series: all its dates in one. Each date is told as it stands when the letter goes out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from massage_booking.core import money
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Attachment, Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions import emails, ics, links, words
from sessions.domain import policy
from sessions.domain.status import UPCOMING, Status
from sessions.models import MassageSession, Series
from sessions.selectors import series_of
from sessions.services import announce_series

Wants = Callable[[MassageSession, datetime], bool]


def is_ahead(session: MassageSession, now: datetime) -> bool:
    return session.state in UPCOMING and session.starts_at > now


def is_off(session: MassageSession, now: datetime) -> bool:
    return session.state is Status.CANCELLED and session.ends_at > now


def _compose(name: str, wants: Wants) -> Callable[[Message, datetime], Mail | Void]:
    """Return the composer of a letter that tells of those sessions of an act that still are as it says."""

    def compose(message: Message, now: datetime) -> Mail | Void:
        series = Series.objects.filter(pk=message.subject_id or 0).first()
        if series is None:
            return Void("gone")
        numbers = _numbers(message)
        about = [row for row in series_of.sessions_of(series) if row.series_number in numbers and wants(row, now)]
        if not about:
            return Void("not_any_more")
        return _letter(name, series, about, now)

    return compose


def _numbers(message: Message) -> set[int]:
    """Return which sessions of the series a letter is about: its key says so."""
    return {int(number) for number in message.key.rsplit(":", 1)[-1].split("-") if number.isdigit()}


def _letter(name: str, series: Series, about: list[MassageSession], now: datetime) -> Mail:
    studio, first = studio_selectors.require(), about[0]
    urls = {row.pk: emails._address("sessions:manage", links.make(row)) for row in about}
    context: dict[str, Any] = {
        "series": series,
        "sessions": [{"session": row, "url": urls[row.pk]} for row in about],
        "first": first,
        "last": about[-1],
        "client": first.client,
        "greeted": emails._greeted(first),
        "what": first.service.discreet_name,
        "directions": words.directions(first, studio),
        "rows": _rows(about, studio) if name == "series_booked" else [],
        # That page is for whoever can sign in; the links of the dates are for everybody.
        "button_url": emails._address("sessions:series", series.public_id) if _has_account(first) else "",
        "button_label": "See all dates",
        # Booked by phone, before anything was asked.
        "asks_first": any(row.re_ask_due and row.decision_id is None for row in about),
        "account_url": emails._address("accounts:home"),
    }
    return emails._render(name, context, studio=studio, attachments=_file(about, urls, studio, now))


def _has_account(session: MassageSession) -> bool:
    return session.client is not None and session.client.account_id is not None


def _rows(about: list[MassageSession], studio: Studio) -> list[tuple[str, str]]:
    first = about[0]
    price = money.write(first.price, first.currency)
    hours = policy.free_to_cancel_until(first.starts_at, studio.cancellation_hours)
    free = f"each date on its own, free until {_hours(first.starts_at, hours)} before. {studio.late_policy}".strip()
    return [
        ("Where", ", ".join(words.where_lines(first, studio))),
        ("Price", f"{price} each, at the studio"),
        ("Changed your mind", free),
    ]


def _hours(starts_at: datetime, free_until: datetime) -> str:
    return f"{int((starts_at - free_until).total_seconds() // 3600)} hours"


def _file(about: list[MassageSession], urls: dict[int, str], studio: Studio, now: datetime) -> tuple[Attachment, ...]:
    """Return one calendar file: an entry each, under the names that later letters about one of them use."""
    content = ics.calendar_of_several(
        [(row, urls[row.pk]) for row in about], studio=studio, method=ics.PUBLISH, now=now
    )
    return (Attachment(ics.FILE_NAME, content, f"text/calendar; method={ics.PUBLISH}"),)


series_booked = register(announce_series.BOOKED)(_compose("series_booked", is_ahead))
series_moved = register(announce_series.MOVED)(_compose("series_moved", is_ahead))
series_cancelled = register(announce_series.CANCELLED)(_compose("series_cancelled", is_off))

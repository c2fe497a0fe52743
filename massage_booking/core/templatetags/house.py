"""Tags and filters of this house: `{% load house %}`. What they write is made in core.wording and core.money."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from massage_booking.core import drawing, money, wording
from massage_booking.core.icons import ICONS
from massage_booking.core.vocabulary import PRESSURE_LABELS

register = template.Library()

SELECTED: Final = mark_safe(" selected")
STATE_WORDS: Final[dict[str, str]] = {
    "held": "Held",
    "requested": "Requested",
    "booked": "Booked",
    "arrived": "Arrived",
    "started": "Started",
    "done": "Done",
    "cancelled": "Cancelled",
    "no-show": "No-show",
}
# Outcome -> its word and its sign.
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "clear": ("No limits", "check"),
    "modify": ("With limits", "limits"),
    "clearance": ("Letter needed", "letter"),
    "defer": ("Not yet", "wait"),
    "refuse": ("Not bookable", "stop"),
}
PARTS_OF_DAY: Final[tuple[tuple[int, str], ...]] = ((12, "Morning"), (17, "Afternoon"), (24, "Evening"))

register.filter("area_names", wording.area_names)
register.filter("technique_names", wording.technique_names)
register.filter("duration", wording.duration)
register.filter("span", wording.span)
register.filter("small_number", wording.small_number)
register.filter("zone_words", wording.zone_words)
register.filter("iso", wording.iso)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a sign beside a word; it says nothing by itself."""
    side, shapes = ICONS[name]
    return mark_safe(  # noqa: S308 - both parts come from core.icons
        f'<svg class="icon" viewBox="0 0 {side} {side}" aria-hidden="true" focusable="false">{shapes}</svg>'
    )


@register.simple_tag
def wordmark(name: str) -> SafeString:
    """Set the studio's name as its sign: the first word upright, the rest in italics."""
    first, _, rest = name.strip().partition(" ")
    return format_html("{} <i>{}</i>", first, rest) if rest else format_html("{}", first)


@register.simple_tag
def state_badge(state: str, words: str = "") -> SafeString:
    """Show a session's state as a pill. `words` may add to it: “Held until 14:32”."""
    code = str(state).replace("_", "-")
    return format_html(
        '<span class="badge state-{} num">{}</span>', code, words or STATE_WORDS.get(code, code.capitalize())
    )


@register.simple_tag
def outcome_badge(outcome: str, words: str = "") -> SafeString:
    """Show a screening's outcome as a pill: a sign and a word."""
    code = str(outcome)
    usual, sign = OUTCOMES[code]
    return format_html('<span class="badge outcome-{}">{} {}</span>', code, icon(sign), words or usual)


@register.simple_tag
def body_map(
    avoid: Iterable[str] = (),
    work: Iterable[str] = (),
    hurts: Iterable[str] = (),
    view: str = "both",
    label: str = "Body map, front and back",
    patterns: bool = True,
) -> SafeString:
    """Draw the body with areas marked. Further maps on one page take patterns=False: ids are given once."""
    marks = {"is-hurts": set(hurts or ()), "is-work": set(work or ()), "is-avoid": set(avoid or ())}
    return drawing.body_map(read_drawing(drawing.BODY_MAPS[view]), marks, label, patterns)


@lru_cache(maxsize=8)
def read_drawing(name: str) -> str:
    """Return the text of one of our own drawings."""
    return (Path(settings.BASE_DIR) / "static" / "svg" / f"{name}.svg").read_text(encoding="utf-8")


@register.filter
def local_time(value: datetime | time | None, zone: wording.Zone = None) -> str:
    """Write 9:15."""
    return wording.clock_time(value, zone) if value else ""


@register.filter
def local_date(value: datetime | date | None, zone: wording.Zone = None) -> str:
    """Write Thu 12 Nov."""
    return wording.short_date(value, zone) if value else ""


@register.filter
def local_date_long(value: datetime | date | None, zone: wording.Zone = None) -> str:
    """Write Thursday 12 November."""
    return wording.long_date(value, zone) if value else ""


@register.filter
def local_date_full(value: datetime | date | None, zone: wording.Zone = None) -> str:
    """Write Thursday 12 November 2026."""
    return wording.full_date(value, zone) if value else ""


@register.filter
def local_month(value: datetime | date | None) -> str:
    """Write November 2026."""
    return wording.written_date(value, "F Y") if value else ""


@register.filter
def local_datetime(value: datetime | None, zone: wording.Zone = None) -> str:
    """Write Thu 12 Nov, 10:00."""
    return f"{wording.short_date(value, zone)}, {wording.clock_time(value, zone)}" if value else ""


@register.filter
def local_datetime_long(value: datetime | None, zone: wording.Zone = None) -> str:
    """Write Thursday 12 November, 10:00."""
    return f"{wording.long_date(value, zone)}, {wording.clock_time(value, zone)}" if value else ""


@register.filter
def near_datetime(value: datetime | None, zone: wording.Zone = None) -> str:
    """Write Today, 17:30 · Tomorrow, 9:00 · Thu 12 Nov, 10:00."""
    return f"{wording.near_date(value, zone)}, {wording.clock_time(value, zone)}" if value else ""


@register.filter("money")
def money_filter(amount: Decimal | int | None, currency: str = "") -> str:
    """Write €68 or €68.50, in the studio's currency unless another is named."""
    return "" if amount is None else money.write(amount, currency or money.currency_in_force())


@register.filter
def minutes(length: int) -> str:
    """Write 60 min, never broken over two lines."""
    return f"{length}{money.NO_BREAK_SPACE}min"


@register.filter
def initial(name: str) -> str:
    """Return the letter that stands for a face."""
    return str(name).strip()[:1].upper()


@register.filter
def tel(number: str) -> str:
    """Return the address that dials a number. The nought in “+353 (0)20” is for callers at home only."""
    dialled = str(number).replace("(0)", "") if "+" in str(number) else str(number)
    return "tel:" + "".join(sign for sign in dialled if sign.isdigit() or sign == "+")


@register.filter
def pressure_word(code: str) -> str:
    """Write light, medium, firm."""
    return PRESSURE_LABELS.get(str(code), str(code))


@register.filter
def as_options(people: Iterable[Any], chosen: Any = None) -> SafeString:
    """Write people as the options of a list, by slug and name; there may be many."""
    marked = ((one.slug, SELECTED if one == chosen else "", one.name) for one in people)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


@register.filter
def parts_of_day(times: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Group things with `starts_at` (or a "starts_at" key) into morning, afternoon and evening."""
    hours = [(wording.local(_starts_at(item)).hour, item) for item in times]
    earlier = 0
    for until, word in PARTS_OF_DAY:
        group = [item for hour, item in hours if earlier <= hour < until]
        earlier = until
        if group:
            yield word, group


def _starts_at(item: Any) -> datetime:
    found: datetime = item["starts_at"] if isinstance(item, dict) else item.starts_at
    return found

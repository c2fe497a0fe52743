"""From when a client may have a service, and why not before: on their own pages alone, for it tells what they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from massage_booking.core import wording
from screening import words as screening_words
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from therapists.models import Service

# What no date settles: it has to be answered, agreed to or talked about.
NOT_BY_TIME = frozenset(
    {Block.STOPPED, Block.REFUSED, Block.INCOMPLETE, Block.OUT_OF_DATE, Block.WHOLE_FORM, Block.GUARDIAN_CONSENT}
)


@dataclass(frozen=True)
class FirstDay:
    """`day` is the first day; None while symptoms still run, then `running_days` counts from their end.

    `not_until` is the end of a longer wait beside them.

    `reasons` say what has to be over or to have passed by then, in the words of the rules.
    """

    day: date | None
    running_days: int | None
    reasons: tuple[str, ...]
    not_until: date | None = None

    @property
    def opening(self) -> str:
        """Return the date without a reason, for pages that may not say one."""
        if self.day is not None:
            return f"From {wording.long_date(self.day)}"
        if self.running_days is None:
            return ""
        days = "One day" if self.running_days == 1 else f"{wording.small_number(self.running_days).capitalize()} days"
        but = f", but not before {wording.long_date(self.not_until)}" if self.not_until else ""
        return f"{days} after you are well{but}"

    @property
    def sentence(self) -> str:
        """Write “From Tuesday 14 July: 6 weeks have passed and the wound has healed.”"""
        if not self.opening:
            return ""
        return f"{self.opening}: {wording.listed(self.reasons)}." if self.reasons else f"{self.opening}."


def day_for(assessment: Assessment, service: Service) -> date | None:
    """Return the first day from today on which the answers leave room for a service; None where that is not known."""
    if NOT_BY_TIME & set(assessment.blocks) or is_asked_first(assessment):
        return None
    return assessment.earliest_for(service.technique.screened_as, service.minutes).day


def is_asked_first(assessment: Assessment) -> bool:
    """Say whether a row stands in the way that no date is promised for until it is answered again."""
    return any(not wait.may_hold for ahead in assessment.aheads for wait in ahead.waits)


def first_day_of(assessment: Assessment, service: Service, *, today: date) -> FirstDay | None:
    """Return from when a service may be had; None where nothing has to be waited for, or waiting helps nothing."""
    if NOT_BY_TIME & set(assessment.blocks) or is_asked_first(assessment):
        return None
    found = assessment.earliest_for(service.technique.screened_as, service.minutes)
    if found.running_days is not None:
        last = found.not_until
        counting = [wait for wait in found.waits if wait.running or (last is not None and wait.ends_on == last)]
        return FirstDay(None, found.running_days, _texts(wait.ends_when for wait in counting), last)
    if found.day is None or found.day <= today:
        return None
    ends = _texts(wait.ends_when for wait in found.waits if wait.ends_on is not None and wait.ends_on > today)
    return FirstDay(found.day, None, ends or _against(assessment, service))


def _against(assessment: Assessment, service: Service) -> tuple[str, ...]:
    """Return why the technique or its length is out until then."""
    found = assessment.refusals(service.technique.screened_as, service.minutes)
    blocks = {block.value for block in Block}
    reasons = (screening_words.why_not(assessment.parsed, item) for item in found if item.code not in blocks)
    return _texts(f"{reason[:1].lower()}{reason[1:]}".rstrip(".") for reason in reasons)


def _texts(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in found if text))

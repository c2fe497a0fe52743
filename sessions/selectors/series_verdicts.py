"""What a client's answers mean for a service on many dates: opened once, judged once a date."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions.models import MassageSession
from sessions.selectors import clearance, offer, phone
from therapists.models import Service

LETTER: Final = Block.CLEARANCE.value


class Verdicts:
    """The dates on which a client may have a service; for the desk without a word of why not.

    On a date on which only a doctor's letter is missing a time can be kept for it: one at a time, unless it moves.
    """

    def __init__(
        self, *, client: Client, service: Service, now: datetime, by_desk: bool, moving: Sequence[MassageSession] = ()
    ) -> None:
        self.client = client
        self.service = service
        self.now = now
        self.by_desk = by_desk
        self.moving = moving
        self.studio = studio_selectors.require()
        self.judge = (phone if by_desk else offer).assessor(client=client, now=now)
        self._known: dict[date, tuple[str, bool]] = {}

    def assessment(self, starts_at: datetime) -> Assessment | None:
        return self.judge(starts_at)

    def trainings(self, day: date) -> Collection[str]:
        """Return the further training that the answers ask a therapist for on a date."""
        return offer.needs_of(self.judge(offer.noon_of(day, self.studio.tz)))

    def against(self, day: date) -> str:
        """Return the code of what stands against a date, nothing when the client may come."""
        return self._of(day)[0]

    def awaits_letter(self, day: date) -> bool:
        """Say whether a time on a date would be kept for a letter."""
        return self._of(day)[1]

    def params(self, code: str) -> Mapping[str, Any]:
        """Return what the sentence of a code needs to say."""
        return {"first": self._first_letter_day} if code == "too_soon_for_letter" else {}

    def _of(self, day: date) -> tuple[str, bool]:
        if day not in self._known:
            self._known[day] = self._find(day)
        return self._known[day]

    def _find(self, day: date) -> tuple[str, bool]:
        found = self.judge(offer.noon_of(day, self.studio.tz))
        if found is None:
            return self._unanswered(day), False
        codes = {refusal.code for refusal in found.refusals(self.service.technique.screened_as, self.service.minutes)}
        if not codes:
            return ("", False) if found.may_book else ("screening", False)
        if codes == {LETTER}:
            against = self._against_keeping(day)
            return against, not against
        if self.by_desk:
            return "screening", False
        # The questions about today are asked on the way of a single booking; they come last.
        return next(iter(sorted(codes - {Block.TODAYS_ROWS.value})), Block.TODAYS_ROWS.value), False

    def _unanswered(self, day: date) -> str:
        if not self.by_desk:
            return "screening_needed"
        if self._is_stopped:
            return "stopped_to_book"
        return "" if phone.is_adult(self.client, day) else "answers_needed_of_minor"

    def _against_keeping(self, day: date) -> str:
        if self._waits_already:
            return "letter_waits_already"
        return "too_soon_for_letter" if day < self._first_letter_day else ""

    @cached_property
    def _first_letter_day(self) -> date:
        return clearance.first_day(self.now, self.studio)

    @cached_property
    def _waits_already(self) -> bool:
        waiting = clearance.waiting_of(self.client.pk)
        return waiting is not None and waiting.pk not in {session.pk for session in self.moving}

    @cached_property
    def _is_stopped(self) -> bool:
        return screening.is_stopped(self.client)

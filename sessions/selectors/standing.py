"""How a session that is booked already stands under a judgement of its client's answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Final

from screening.assessment import Assessment, stricter
from screening.domain.booking_ahead import Block
from sessions.domain.fitting import Fit, fit_of
from sessions.domain.status import Status
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.selectors import phone, training

JUDGED: Final = [Status.REQUESTED.value, Status.BOOKED.value, Status.ARRIVED.value]
# The answers that a wait asked for can keep it from ending well, or end the matter; a letter may still come.
_IN_VAIN: Final = frozenset({Block.WAIT, Block.REFUSED})


@dataclass(frozen=True)
class Standing:
    """What a judgement means for one session.

    `assessment` is the judgement as it is kept with the session, `asks` whether something must be answered before hands
    go on. A time held for a wait `is_given_back` when it was asked about and the answer is no. One kept for a doctor's
    letter `needs_no_letter` any more: it is booked.
    """

    fit: Fit
    assessment: Assessment
    asks: bool
    is_given_back: bool
    needs_no_letter: bool


def standing_of(session: MassageSession, found: Assessment, *, today: date) -> Standing:
    """Say how a session stands. The session's own decision must be at hand: a wait that it held goes on being held."""
    assessment = phone.softened(found)
    refusals = assessment.refusals(session.service.technique.screened_as, session.minutes)
    codes = [*(refusal.code for refusal in refusals), *_against_therapist(session, assessment)]
    fit = fit_of(codes, awaits_letter=session.clearance_until is not None)
    before = session.decision.held_until_answered if session.decision else None
    if before is not None and fit.fits and fit.asks and assessment.held_until_answered is None:
        # The wait is over and its question open: until it is answered, the time is held for that answer.
        assessment = replace(assessment, held_until_answered=before)
    return Standing(
        fit=fit,
        assessment=assessment,
        asks=bool(fit.asks) or assessment.re_ask_due or assessment.held_until_answered is not None or not fit.fits,
        is_given_back=_was_asked_in_vain(session, before, fit, today),
        needs_no_letter=_needs_no_letter(session, found),
    )


def _against_therapist(session: MassageSession, assessment: Assessment) -> list[str]:
    """Return that answers ask for a training that the therapist lacks. No query where they ask for none."""
    if training.lacks(session.therapist, assessment.trainings_needed, assessment.for_date):
        return [Against.FURTHER_TRAINING.value]
    return []


def _was_asked_in_vain(session: MassageSession, before: date | None, fit: Fit, today: date) -> bool:
    if before is None or before > today or session.state is Status.ARRIVED:
        return False
    return bool(_IN_VAIN & set(fit.against))


def _needs_no_letter(session: MassageSession, found: Assessment) -> bool:
    if session.clearance_until is None or session.state is not Status.REQUESTED:
        return False
    return not found.refusals(session.service.technique.screened_as, session.minutes)


def weighed(session: MassageSession, found: Assessment, known: Iterable[Assessment]) -> tuple[Assessment, bool]:
    """Return the strictest of all judgements of what may be one person, and whether it leaves the session as it is."""
    both = reduce(stricter, known, found)
    return both, both.may_book and not both.refusals(session.service.technique.screened_as, session.minutes)

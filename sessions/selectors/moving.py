"""How a session moves when other rules are published, in words that name no condition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from massage_booking.core.vocabulary import PRESSURE_LABELS
from massage_booking.core.wording import area_names, technique_names
from screening.assessment import Assessment
from screening.domain import eligibility
from screening.domain.booking_ahead import Block
from screening.domain.enums import Pressure
from screening.effects import Moved
from sessions.domain.fitting import Fit
from sessions.domain.status import Status
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.selectors.standing import Standing
from sessions.selectors.stronger import is_unconfirmed

# What holds a session back, in words that name no condition.
AGAINST: Final[dict[str, str]] = {
    Block.STOPPED.value: "stopped until somebody has looked",
    Block.REFUSED.value: "not possible online",
    Block.WAIT.value: "it would have to wait",
    Block.GUARDIAN_CONSENT.value: "a guardian’s consent is missing",
    Block.CLEARANCE.value: "a doctor’s letter is needed",
    eligibility.RULED_OUT: "its technique is ruled out",
    eligibility.NOT_OFFERED: "its technique is not offered",
    eligibility.UNKNOWN: "its technique is not offered",
    eligibility.TOO_LONG: "it is too long",
    Against.FURTHER_TRAINING.value: "it needs another therapist",
}


@dataclass(frozen=True)
class Side:
    """How a session stands under one version, with the limits and the questions that would be kept with it."""

    stands: Standing
    limits: Assessment
    asks: bool

    @property
    def fit(self) -> Fit:
        return self.stands.fit


def moved_by(session: MassageSession, before: Side, after: Side, *, is_changing: bool) -> Moved | None:
    """Return how a session moves from one version to the other, None where nothing changes."""
    how = tuple(_how(session, before, after, is_changing=is_changing))
    if not how:
        return None
    assert session.client is not None
    return Moved(
        starts_at=session.starts_at,
        client=session.client,
        who=session.client.name,
        what=str(session.service),
        with_whom=session.therapist.name,
        how=how,
        is_held_back=before.fit.fits and not after.fit.fits,
    )


def _how(session: MassageSession, was: Side, is_now: Side, *, is_changing: bool) -> Iterator[str]:
    if is_now.stands.is_given_back and not was.stands.is_given_back:
        yield f"its time is given back, free of charge ({_against(is_now.fit)})"
        return
    if was.fit.fits and not is_now.fit.fits:
        yield f"{_state(session)} → held back ({_against(is_now.fit)})"
    elif not was.fit.fits and is_now.fit.fits:
        yield "held back → stands again"
    elif not is_now.fit.fits and was.fit.against != is_now.fit.against:
        yield f"stays held back, for another reason ({_against(is_now.fit)})"
    if is_now.stands.needs_no_letter and not was.stands.needs_no_letter and not is_changing:
        assert session.client is not None
        yield f"kept for a letter → {'booked' if session.client.is_claimed else 'waits for the therapist’s yes'}"
    if is_now.fit.fits and not is_changing:
        yield from _asks(session, was, is_now)
    if is_now.fit.fits and was.fit.fits:
        yield from _limits(was.limits, is_now.limits)


def _state(session: MassageSession) -> str:
    if session.clearance_until is not None:
        return "kept for a letter"
    return "asked for" if session.state is Status.REQUESTED else "booked"


def _asks(session: MassageSession, was: Side, is_now: Side) -> Iterator[str]:
    """Yield whether a session that fits must be asked about now, or no longer."""
    asked = was.asks and was.fit.fits
    if asked == is_now.asks or is_unconfirmed(session):
        return
    yield "re-ask due: to be asked again before it starts" if is_now.asks else "no longer to be asked again"


def _against(fit: Fit) -> str:
    return ", ".join(dict.fromkeys(AGAINST.get(code, code.replace("_", " ")) for code in fit.against))


def _limits(before: Assessment, after: Assessment) -> Iterator[str]:
    """Yield which limits become tighter or looser."""
    pressures = Pressure(before.max_pressure), Pressure(after.max_pressure)
    if pressures[0] is not pressures[1]:
        words = " → ".join(PRESSURE_LABELS[pressure.value] for pressure in pressures)
        yield f"{_way(pressures[1] < pressures[0])}: pressure {words}"
    yield from _lists("leave alone", before.avoid_areas, after.avoid_areas, area_names)
    yield from _lists("without", before.avoid_techniques, after.avoid_techniques, technique_names)
    lengths = before.max_minutes, after.max_minutes
    if lengths[0] != lengths[1]:
        tighter = lengths[1] is not None and (lengths[0] is None or lengths[1] < lengths[0])
        shown = " → ".join("any length" if minutes is None else f"{minutes} min at most" for minutes in lengths)
        yield f"{_way(tighter)}: {shown}"
    presence = _presence(before), _presence(after)
    if presence[0] != presence[1]:
        yield f"{_way(presence[1][0] > presence[0][0])}: {presence[0][1]} → {presence[1][1]}"


def _lists(
    words: str, before: tuple[str, ...], after: tuple[str, ...], names: Callable[[list[str]], str]
) -> Iterator[str]:
    gained, lost = [code for code in after if code not in before], [code for code in before if code not in after]
    if gained:
        yield f"tightened: {words} {names(gained).lower()}"
    if lost:
        yield f"loosened: no longer {words} {names(lost).lower()}"


def _way(tighter: bool) -> str:
    return "tightened" if tighter else "loosened"


def _presence(assessment: Assessment) -> tuple[int, str]:
    if assessment.guardian_in_room:
        return 2, "a guardian in the room"
    return (1, "a guardian on the premises") if assessment.guardian_on_premises else (0, "no guardian needed")

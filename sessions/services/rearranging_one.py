"""One session of several that are answered for together: look first, then write, under the locks of the whole act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.core.intervals import minute_before
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions.domain.status import Act, Status, after, may, sources
from sessions.models import MassageSession, RearrangedAs
from sessions.selectors import offer
from sessions.selectors.around import Around, Away, Judges, Proposal
from sessions.services import announce, clearance, deciding, guardians, locks, record, taking
from therapists.models import Therapist

MOVED = (RearrangedAs.COLLEAGUE, RearrangedAs.TIME)
ACTS = {RearrangedAs.COLLEAGUE: Act.REASSIGN, RearrangedAs.TIME: Act.MOVE, RearrangedAs.CANCEL: Act.CANCEL}
KEPT = "kept"


@dataclass(frozen=True)
class Choice:
    """What somebody chose for a session as they saw it. `mark`: what keeping it would answer."""

    session: MassageSession
    answer: RearrangedAs
    revision: int
    therapist: Therapist | None = None
    starts_at: datetime | None = None
    mark: str = ""


@dataclass(frozen=True)
class Ready:
    """A choice that was open when it was looked at, with what the client's answers mean for its day."""

    choice: Choice
    proposal: Proposal | None = None
    assessment: Assessment | None = None
    keep_until: datetime | None = None


# --- Looking --------------------------------------------------------------------


def prepare_all(
    choices: Sequence[Choice], *, away: Away | None, judges: Judges, now: datetime
) -> tuple[list[Ready], dict[int, DomainError]]:
    """Look at each choice; return those that can be tried, and why the others cannot."""
    ready: list[Ready] = []
    lost: dict[int, DomainError] = {}
    for choice in choices:
        try:
            ready.append(_prepare(choice, away=away, judges=judges, now=now))
        except DomainError as error:
            lost[choice.session.pk] = error
    return ready, lost


def _prepare(choice: Choice, *, away: Away | None, judges: Judges, now: datetime) -> Ready:
    session = choice.session
    if session.revision != choice.revision:
        raise Refused("changed_meanwhile")
    act = ACTS.get(choice.answer)
    if act is not None and not _may(session, choice.answer):
        raise Refused("wrong_status", act=act.value, status=session.status)
    if choice.answer not in MOVED:
        return Ready(choice)
    proposal = _open(choice, Around(session, now, judges, away))
    if choice.answer is RearrangedAs.COLLEAGUE:
        # The same time: what was judged stands. What the answers ask a therapist for is looked at again.
        assert session.client is not None
        return Ready(choice, proposal, judges.of(session.client)(proposal.starts_at))
    return _judged(choice, proposal, judges=judges, now=now)


def _may(session: MassageSession, answer: RearrangedAs) -> bool:
    """Ask the one table. Who is here already is not here any more when the session goes to another time."""
    if answer is RearrangedAs.TIME and session.state is Status.ARRIVED:
        return may(session.state, Act.UNDO_ARRIVE) and may(Status.BOOKED, Act.MOVE)
    return may(session.state, ACTS[answer])


def _open(choice: Choice, around: Around) -> Proposal:
    """Return the chosen way as it stands now. Raises `Taken`."""
    minute = around.minute if choice.answer is RearrangedAs.COLLEAGUE else minute_before(choice.starts_at or around.now)
    if choice.therapist is None or not around.is_open(choice.therapist.pk, minute):
        raise Taken
    proposal = around.proposal(choice.answer, choice.therapist.pk, minute)
    if not proposal.places or (choice.starts_at is not None and proposal.starts_at != choice.starts_at):
        raise Taken
    return proposal


def _judged(choice: Choice, proposal: Proposal, *, judges: Judges, now: datetime) -> Ready:
    """Look at what the answers mean for the other day. Raises what `clearance.deadline_of_move` raises."""
    session = choice.session
    assert session.client is not None
    day = proposal.starts_at.astimezone(studio_selectors.require().tz).date()
    if not judges.allowed_on(session)(day):
        raise Refused("screening")
    assessment, until = judges.of(session.client)(proposal.starts_at), None
    if assessment is not None:
        until = clearance.deadline_of_move(
            session=session, assessment=assessment, service=session.service, starts_at=proposal.starts_at, now=now
        )
    return Ready(choice, proposal, assessment, until)


# --- Writing --------------------------------------------------------------------


def do(one: Ready, *, actor: User | None, by: str, now: datetime) -> tuple[MassageSession, bool]:
    """Write one answer, under the locks; return the session, and whether its client has something to hear of.

    Raises `Taken` for what somebody took a moment ago, `Refused`: changed_meanwhile, and what judging raises.
    """
    answer = one.choice.answer
    if answer is RearrangedAs.CANCEL:
        return _cancel(one, actor=actor, by=by, now=now), True
    if answer is RearrangedAs.KEEP:
        return _keep(one, actor=actor, by=by, now=now), False
    if answer is RearrangedAs.LATER or one.proposal is None:
        return one.choice.session, False
    place_id = _free_place(one, now=now)
    _refuse_unfit(one)
    if answer is RearrangedAs.COLLEAGUE:
        return _reassign(one, place_id, actor=actor, by=by, now=now)
    return _move(one, place_id, actor=actor, by=by, now=now), True


def _write(one: Ready, act: Act | None, **changes: object) -> MassageSession:
    """Write changes, if the session still is as it was read."""
    session = one.choice.session
    rows = MassageSession.objects.filter(pk=session.pk, revision=one.choice.revision, status=session.status)
    if act is not None:
        rows = rows.filter(status__in=[status.value for status in sources(act)])
    if rows.update(**changes) != 1:
        raise Refused("changed_meanwhile")
    people = MassageSession.objects.select_related(
        "client__account", "service__technique", "therapist", "place__room__location", "decision"
    )
    return people.get(pk=session.pk)


def _free_place(one: Ready, *, now: datetime) -> int:
    """Return the first place of a way that is free under the locks. Raises `Taken`."""
    session, proposal = one.choice.session, one.proposal
    assert proposal is not None
    for place_id in proposal.places:
        span = locks.Span(
            therapist_id=proposal.therapist.pk,
            place_id=place_id,
            client_id=session.client_id,
            starts_at=proposal.starts_at,
            ends_at=proposal.starts_at + (session.ends_at - session.starts_at),
            blocked_until=proposal.starts_at + (session.blocked_until - session.starts_at),
        )
        if not locks.look_again(span=span, now=now, without=session.pk):
            return place_id
    raise Taken


def _refuse_unfit(one: Ready) -> None:
    """Raise `Taken` where the therapist may not give it to this client, or not any more."""
    session, proposal = one.choice.session, one.proposal
    assert proposal is not None
    taking.refuse_unfit(
        client=session.client,
        therapist=proposal.therapist,
        service=session.service,
        starts_at=proposal.starts_at,
        needs=offer.needs_of(one.assessment),
    )


def _cancel(one: Ready, *, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Cancel for the studio's reasons: never late, never a fee, nothing that counts against the client."""
    cancelled = _write(
        one,
        Act.CANCEL,
        status=Status.CANCELLED.value,
        cancelled_at=now,
        cancelled_late=False,
        fee=None,
        fee_waived=False,
        held_back_at=None,
        clearance_until=None,
        revision=F("revision") + 1,
    )
    record.note(session=cancelled, act=Act.CANCEL, actor=actor, by=by, now=now, detail={"for": "studio"})
    announce.rearranged(session=cancelled, now=now)
    return cancelled


def _keep(one: Ready, *, actor: User | None, by: str, now: datetime) -> MassageSession:
    kept = _write(one, None, kept_at=now, kept_for=one.choice.mark)
    record.note(session=kept, act=KEPT, actor=actor, by=by, now=now)
    return kept


def _reassign(one: Ready, place_id: int, *, actor: User | None, by: str, now: datetime) -> tuple[MassageSession, bool]:
    """Give a session to somebody else, or another place, at the same time: all else about it stays as it is."""
    session, proposal = one.choice.session, one.proposal
    assert proposal is not None
    guardians.refuse(client=session.client, therapist=proposal.therapist, starts_at=session.starts_at)
    is_news = proposal.therapist.pk != session.therapist_id or proposal.is_elsewhere
    given = _write(
        one,
        Act.REASSIGN,
        therapist=proposal.therapist,
        place_id=place_id,
        chosen_because="",
        kept_at=None,
        kept_for="",
        revision=F("revision") + (1 if is_news else 0),
    )
    detail = {"therapist": session.therapist_id, "place": session.place_id}
    record.note(session=given, act=Act.REASSIGN, actor=actor, by=by, now=now, detail=detail)
    if is_news:
        announce.rearranged(session=given, now=now)
    return given, is_news


def _move(one: Ready, place_id: int, *, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Write another time, with what the answers mean for its day."""
    session, proposal = one.choice.session, one.proposal
    assert proposal is not None
    guardians.refuse(client=session.client, therapist=proposal.therapist, starts_at=proposal.starts_at)
    was_here = session.state is Status.ARRIVED
    status = after(session.state, Act.UNDO_ARRIVE) if was_here else session.state
    length, block = session.ends_at - session.starts_at, session.blocked_until - session.starts_at
    moved = _write(
        one,
        None if was_here else Act.MOVE,
        status=(status or session.state).value,
        therapist=proposal.therapist,
        place_id=place_id,
        starts_at=proposal.starts_at,
        ends_at=proposal.starts_at + length,
        blocked_until=proposal.starts_at + block,
        chosen_because="",
        fee_waived=False,
        kept_at=None,
        kept_for="",
        override_reason="",
        arrived_at=None,
        late_minutes=None,
        held_back_at=None,
        # What a therapist was to look at was that it no longer fitted. A request goes on waiting for its yes.
        needs_review=session.needs_review and (session.held_back_at is None or session.state is Status.REQUESTED),
        revision=F("revision") + 1,
    )
    deciding.keep(session=moved, assessment=one.assessment, now=now)
    moved.save(update_fields=["decision", "re_ask_due"])
    clearance.moved(moved, until=one.keep_until, now=now)
    if was_here:
        record.note(session=moved, act=Act.UNDO_ARRIVE, actor=actor, by=by, now=now)
    detail = {"from": session.starts_at.isoformat(), "therapist": session.therapist_id}
    record.note(session=moved, act=Act.MOVE, actor=actor, by=by, now=now, detail=detail)
    announce.rearranged(session=moved, now=now)
    return moved

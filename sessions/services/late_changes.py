"""Late changes: a client asks, the therapist or the desk says yes or no.

A new time that is asked for is kept meanwhile by a held row, taken under the same locks and guards as any other. It is
nobody's browser's and no address's, so it counts against no visitor. What the session itself keeps already is not kept
twice: two rows of one therapist must not overlap.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.core.ids import new_public_id
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions.domain import policy
from sessions.domain.status import UPCOMING, Act, Status
from sessions.models import ChangeKind, ChangeRequest, MassageSession
from sessions.models.requests import ChangeAnswer
from sessions.models.session import GUARDS
from sessions.selectors import late_changes, phone
from sessions.services import changes, clearance, guardians, late_requests, record, taking
from therapists.models import Therapist

WAITING, DECLINED, LAPSED = "change_waiting", "change_declined", "change_lapsed"
ASKED = "change_asked"


# --- Asking and taking back ---------------------------------------------------


def ask_to_cancel(
    *, session: MassageSession, actor: User | None, now: datetime, form_key: str = "", form_digest: str = ""
) -> ChangeRequest:
    """Ask the therapist to cancel a session after the time for free changes. Twice is once.

    Raises `Refused`: those of `changes.refuse_change`, change_asked_already.
    """
    known = _asked_before(form_key, form_digest)
    if known is not None:
        return known
    _refuse_asking(session, Act.CANCEL, now=now)

    def work() -> ChangeRequest:
        _lock_row(session)
        return _write(
            session, ChangeKind.CANCEL, None, None, actor=actor, now=now, form_key=form_key, form_digest=form_digest
        )

    return _once(lambda: in_transaction(work), form_key, form_digest)


def ask_to_move(
    *,
    session: MassageSession,
    starts_at: datetime,
    therapist: Therapist | None,
    assessment: Assessment,
    actor: User | None,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> ChangeRequest:
    """Ask the therapist for another time; it is kept until they answer, at the longest until either time begins.

    Raises `Taken` (nearest three), `Refused`: those of `changes.refuse_change`, change_asked_already, screening.
    """
    known = _asked_before(form_key, form_digest)
    if known is not None:
        return known
    _refuse_asking(session, Act.MOVE, now=now)
    if starts_at == session.starts_at and therapist in (None, session.therapist):
        raise Refused("same_time")
    clearance.deadline_of_move(
        session=session, assessment=assessment, service=session.service, starts_at=starts_at, now=now
    )
    wish = taking.Wish(session.service, starts_at, therapist, session.client)
    asked: list[ChangeRequest] = []

    def write(choice: taking.Choice) -> MassageSession:
        guardians.refuse(client=session.client, therapist=choice.therapist, starts_at=starts_at)
        _lock_row(session)
        held = _hold(session, wish, choice, now=now)
        asked.append(
            _write(
                session, ChangeKind.MOVE, held, choice, starts_at=starts_at, actor=actor, now=now,
                form_key=form_key, form_digest=form_digest,
            )
        )  # fmt: skip
        return session

    def take() -> ChangeRequest:
        taking.take(wish, now=now, write=write, without=session, among=_keepable(session, wish, now=now))
        return asked[-1]

    try:
        return _once(take, form_key, form_digest)
    except Taken:
        # A double click finds the time that its first has kept in the way.
        known = _asked_before(form_key, form_digest)
        if known is None:
            raise
        return known


def _asked_before(form_key: str, form_digest: str) -> ChangeRequest | None:
    known = record.answered_before(key=form_key, digest=form_digest)
    return known.change_requests.order_by("-asked_at", "-pk").first() if known else None


def _once(work: Callable[[], ChangeRequest], form_key: str, form_digest: str) -> ChangeRequest:
    """Answer the same form that came twice at once with its result, and a second request with a refusal."""
    try:
        return work()
    except IntegrityError as error:
        if is_overlap(error, *GUARDS):
            raise Taken("just_taken", nearest=[]) from error
        known = _asked_before(form_key, form_digest)
        if known is None:
            raise Refused("change_asked_already") from error
        return known


def _refuse_asking(session: MassageSession, act: Act, *, now: datetime) -> None:
    """Raise `Refused` where nothing is to be asked: it can be done alone, is over, or is asked for already."""
    if late_changes.open_request(session) is not None:
        raise Refused("change_asked_already")
    if not late_changes.may_ask(session=session, act=act, now=now):
        changes.refuse_change(session=session, act=act, by="client", now=now)
        raise Refused("nothing_to_ask")


def _lock_row(session: MassageSession) -> None:
    """Raise `Refused` where the session is not as it was read; nobody changes it until this is written."""
    rows = MassageSession.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.filter(pk=session.pk, revision=session.revision, status=session.status).first()
    if fresh is None:
        raise Refused("changed_meanwhile")


def _keepable(session: MassageSession, wish: taking.Wish, *, now: datetime) -> list[taking.Choice]:
    """Return who could give it where, the session's own place first where both times overlap.

    A colleague at the session's own place could not be kept for the part that overlaps.
    """
    found = taking.candidates(wish, now=now, without=session)
    if not _overlaps(session, wish):
        return found
    same = [choice for choice in found if choice.therapist.pk == session.therapist_id]
    others = [choice for choice in found if choice not in same and choice.place_id != session.place_id]
    return sorted(same, key=lambda choice: choice.place_id != session.place_id) + others


def _overlaps(session: MassageSession, wish: taking.Wish) -> bool:
    length = session.blocked_until - session.starts_at
    return abs(wish.starts_at - session.starts_at) < length


def _hold(session: MassageSession, wish: taking.Wish, choice: taking.Choice, *, now: datetime) -> MassageSession | None:
    """Keep what of the new time the session does not keep already; None where that is nothing."""
    starts_at, blocked_until = wish.starts_at, taking.span_of(wish, choice).blocked_until
    if choice.therapist.pk == session.therapist_id and _overlaps(session, wish):
        # As long as the session itself, so that it can stick out on one side only.
        if starts_at < session.starts_at:
            blocked_until = session.starts_at
        else:
            starts_at = session.blocked_until
    if starts_at >= blocked_until:
        return None  # a shorter turnover by now: all of it lies inside
    held = taking.row_for(wish=replace(wish, client=None), choice=choice, studio=studio_selectors.require(), now=now)
    held.starts_at, held.blocked_until = starts_at, blocked_until
    held.ends_at = min(max(held.ends_at, starts_at + timedelta(minutes=1)), blocked_until)
    held.status = Status.HELD.value
    held.held_since = now
    held.held_until = policy.request_lapses(session.starts_at, wish.starts_at)
    held.held_by = new_public_id()
    held.save(force_insert=True)
    return held


def _write(
    session: MassageSession,
    kind: ChangeKind,
    held: MassageSession | None,
    choice: taking.Choice | None,
    *,
    actor: User | None,
    now: datetime,
    form_key: str,
    form_digest: str,
    starts_at: datetime | None = None,
) -> ChangeRequest:
    asked = ChangeRequest.objects.create(
        session=session,
        kind=kind,
        held=held,
        starts_at=starts_at,
        therapist=choice.therapist if choice else None,
        service=session.service if choice else None,
        asked_at=now,
    )
    record.note(session=session, act=ASKED, actor=actor, by="client", now=now, detail={"kind": kind.value})
    record.keep_answer(key=form_key, digest=form_digest, session=session, now=now)
    therapist = session.therapist
    account = therapist.user if therapist.is_active else None
    _owe(WAITING, asked, to=account.email if account else studio_selectors.require().email, now=now)
    return asked


def _owe(kind: str, asked: ChangeRequest, *, to: str, now: datetime) -> None:
    outbox.enqueue(kind=kind, key=f"{kind}:{asked.pk}", recipient=to, subject_id=asked.pk, due_at=now, now=now)


def withdraw(*, session: MassageSession, actor: User | None, now: datetime) -> bool:
    """Take a request back; say whether one was open. The session stays as it is."""
    return _close(session, ChangeAnswer.WITHDRAWN, act="change_withdrawn", by="client", actor=actor, now=now)


def _close(
    session: MassageSession, answer: ChangeAnswer, *, act: str, by: str, actor: User | None, now: datetime
) -> bool:
    def work() -> bool:
        closed = late_requests.close(session=session, now=now, answer=answer, actor=actor)
        if closed:
            record.note(session=session, act=act, actor=actor, by=by, now=now)
        return closed

    closed = in_transaction(work)
    late_requests.free(session=session)
    return closed


# --- Answering ----------------------------------------------------------------


def decline(*, asked: ChangeRequest, actor: User | None, by: str, now: datetime) -> bool:
    """Say no: the session stays, and the client is told. Twice is once."""

    def work() -> bool:
        closed = _close(asked.session, ChangeAnswer.DECLINED, act="change_declined", by=by, actor=actor, now=now)
        if closed:
            assert asked.session.client is not None
            _owe(DECLINED, asked, to=asked.session.client.mail_address, now=now)
        return closed

    return in_transaction(work)


def accept(
    *,
    asked: ChangeRequest,
    waives_fee: bool,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Say yes: the session is moved, or cancelled, by the services that do so for everybody; they tell the client.

    Raises `Refused("change_over")` where it is not open any more, and what those services raise.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    fresh = ChangeRequest.objects.select_related("held", "therapist").get(pk=asked.pk)
    session = asked.session
    if fresh.answer != ChangeAnswer.OPEN or late_changes.lapses_at(asked) <= now:
        raise Refused("change_over")

    form = {"form_key": form_key, "form_digest": form_digest}
    try:
        if fresh.kind == ChangeKind.CANCEL:
            accepted = late_requests.Accepted(waives_fee)
            return changes.cancel(session=session, actor=actor, by=by, now=now, accepted=accepted, **form)
        return _move(fresh, session, waives_fee=waives_fee, actor=actor, by=by, now=now, **form)
    finally:
        late_requests.free(session=session)


def _move(
    asked: ChangeRequest, session: MassageSession, *, waives_fee: bool, actor: User | None, by: str, now: datetime,
    form_key: str, form_digest: str,
) -> MassageSession:  # fmt: skip
    assert asked.starts_at is not None
    assert session.client is not None
    held, therapist = asked.held, asked.therapist or session.therapist
    place_id = held.place_id if held is not None else session.place_id
    accepted = late_requests.Accepted(
        waives_fee,
        among=[taking.Choice(therapist, place_id)] if place_id is not None else None,
        gives_up=held.pk if held is not None else None,
    )
    return changes.move(
        session=session,
        starts_at=asked.starts_at,
        therapist=therapist,
        assessment=phone.assessor(client=session.client, now=now)(asked.starts_at),
        actor=actor,
        by=by,
        now=now,
        form_key=form_key,
        form_digest=form_digest,
        accepted=accepted,
    )


# --- What time brings ---------------------------------------------------------


def lapse(*, now: datetime) -> int:
    """Close requests that nobody answered in time, or whose session is not ahead any more; return how many."""
    open_ones = ChangeRequest.objects.filter(answer=ChangeAnswer.OPEN).select_related("session__client__account")
    lapsed = 0
    for asked in open_ones:
        session = asked.session
        if session.state not in UPCOMING:
            _close(session, ChangeAnswer.WITHDRAWN, act="change_withdrawn", by="system", actor=None, now=now)
        elif late_changes.lapses_at(asked) <= now:
            lapsed += _lapse(asked, now=now)
    late_requests.free()
    return lapsed


def _lapse(asked: ChangeRequest, *, now: datetime) -> bool:
    def work() -> bool:
        closed = late_requests.close(session=asked.session, now=now, answer=ChangeAnswer.LAPSED)
        if closed:
            record.note(session=asked.session, act="change_lapsed", actor=None, by="system", now=now)
            assert asked.session.client is not None
            _owe(LAPSED, asked, to=asked.session.client.mail_address, now=now)
        return closed

    return in_transaction(work)

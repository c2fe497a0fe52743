"""Making a session longer, shorter, something else or a colleague's, from its own start; at the table too.

What it becomes needs its therapist, its place and its client free: the same locks, the same second look, the same
guards as any booking. Answers are judged anew for what it becomes, and its price is copied anew.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import is_overlap
from massage_booking.core.errors import Refused, Taken
from screening.assessment import Assessment
from sessions.domain.refusals import Why
from sessions.domain.status import UPCOMING, Act, Status, may, sources
from sessions.models import MassageSession
from sessions.models.session import GUARDS, THERAPIST_GUARD
from sessions.selectors import phone, reshaping
from sessions.selectors.reshaping import Option
from sessions.services import announce, deciding, guardians, record, taking
from therapists.models import Service, Therapist

NOTHING_AHEAD = timedelta(0)


def change_length(
    *,
    session: MassageSession,
    service: Service,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Make a session longer or shorter. A therapist may work on beyond their own hours.

    Raises `Taken` or `Refused`, each with `lengths`, the nearest that would fit: therapist_busy, no_place, client_busy,
    outside_hours, screening, tightened_out, not_trained; and `Refused`: wrong_status, not_a_length, answers_changed.
    """

    def choose() -> Option:
        found = reshaping.lengths(session, by=by, now=now)
        wanted = next((option for option in found if option.service == service), None)
        if wanted is None:
            raise Refused("not_a_length")
        if not wanted.fits:
            raise _refusal(wanted, found, key="lengths")
        return wanted

    return _reshape(
        session, Act.CHANGE_LENGTH, choose, actor=actor, by=by, now=now, form_key=form_key, form_digest=form_digest,
        detail={"minutes": service.minutes, "before": session.minutes},
    )  # fmt: skip


def change_service(
    *,
    session: MassageSession,
    service: Service,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Give something else than was booked, as agreed at the table.

    Raises what `change_length` raises, with `services` that would do; answers_needed where nothing was answered.
    """

    def choose() -> Option:
        found = reshaping.others(session, by=by, now=now)
        wanted = next((option for option in found if option.service == service), None)
        if wanted is None:
            raise Refused("not_given_here")
        if not wanted.fits:
            raise _refusal(wanted, found, key="services")
        return wanted

    return _reshape(
        session, Act.CHANGE_SERVICE, choose, actor=actor, by=by, now=now, form_key=form_key, form_digest=form_digest,
        detail={"service": service.pk, "before": session.service_id},
    )  # fmt: skip


def change_therapist(
    *,
    session: MassageSession,
    therapist: Therapist,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Give a session to a colleague at the same time.

    Raises `Taken` with the nearest three and `therapists` who are free; `Refused`: wrong_status, not_a_colleague.
    """

    def choose() -> Option:
        found = reshaping.colleagues(session, now=now)
        wanted = next((option for option in found if option.therapist == therapist), None)
        if wanted is None:
            raise Refused("not_a_colleague")
        if not wanted.fits:
            raise _with_nearest(session, wanted, now=now, free=[option.therapist for option in found if option.fits])
        return wanted

    return _reshape(
        session, Act.CHANGE_THERAPIST, choose, actor=actor, by=by, now=now, form_key=form_key, form_digest=form_digest,
        detail={"therapist": therapist.pk, "before": session.therapist_id},
    )  # fmt: skip


def _refusal(wanted: Option, found: Sequence[Option], *, key: str) -> Refused | Taken:
    """Return why an option is none, with those that are, the nearest in length first."""
    fitting = [option.service for option in found if option.fits]
    fitting.sort(key=lambda service: (abs(service.minutes - wanted.service.minutes), service.minutes))
    busy = {Why.THERAPIST_BUSY, Why.CLIENT_BUSY, Why.NO_PLACE}
    kind = Taken if wanted.why_not in busy else Refused
    return kind(wanted.why_not, **{key: fitting[:3]})


def _with_nearest(session: MassageSession, wanted: Option, *, now: datetime, free: list[Therapist]) -> Taken:
    wish = taking.Wish(session.service, session.starts_at, wanted.therapist, session.client, NOTHING_AHEAD)
    found = taking.refuse_no_opening(wish, now=now)
    return Taken(wanted.why_not, nearest=found.params["nearest"], therapists=free)


def _reshape(
    session: MassageSession,
    act: Act,
    choose: Callable[[], Option],
    *,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str,
    form_digest: str,
    detail: Mapping[str, Any],
) -> MassageSession:
    """Choose, lock, look again, write. The same form twice is one change."""
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    _refuse_status(session, act)
    option = choose()
    wish = taking.Wish(option.service, session.starts_at, option.therapist, session.client, NOTHING_AHEAD)
    guardians.refuse(client=session.client, therapist=option.therapist, starts_at=session.starts_at)
    assessment = _judged(session, now=now)

    def write(choice: taking.Choice) -> MassageSession:
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        changed = _put(session, act, option, choice)
        _keep_judgement(changed, before=session, act=act, assessment=assessment, now=now)
        record.note(session=changed, act=act, actor=actor, by=by, now=now, detail=detail)
        record.keep_answer(key=form_key, digest=form_digest, session=changed, now=now)
        if changed.state in UPCOMING:
            announce.changed(session=changed, now=now)
        return changed

    among = [taking.Choice(option.therapist, place, option.because) for place in option.places]
    try:
        return taking.take(wish, now=now, write=write, without=session, among=among)
    except Taken as lost:
        # Somebody came between the look and the lock: what is left is looked at again.
        why = Why.CLIENT_BUSY if lost.code == "client_busy" else Why.THERAPIST_BUSY
        return _looked_again(choose, lost, why=why, form_key=form_key, form_digest=form_digest)
    except IntegrityError as error:
        if is_overlap(error, *GUARDS):
            raise taking.refuse_no_opening(wish, now=now, guard=THERAPIST_GUARD) from error
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known


def _looked_again(
    choose: Callable[[], Option], lost: Taken, *, why: Why, form_key: str, form_digest: str
) -> MassageSession:
    """Answer a form that came twice with its result; else refuse with what fits now."""
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    choose()
    raise Taken(why.value, nearest=lost.params.get("nearest", [])) from lost


def _refuse_status(session: MassageSession, act: Act) -> None:
    if not may(session.state, act):
        raise Refused("wrong_status", act=act.value, status=session.status)


def _judged(session: MassageSession, *, now: datetime) -> Assessment | None:
    assert session.client is not None
    return phone.assessor(client=session.client, now=now)(session.starts_at)


def _put(session: MassageSession, act: Act, option: Option, choice: taking.Choice) -> MassageSession:
    """Write what it becomes, if the session still is as it was read."""
    service = option.service
    ends_at = session.starts_at + timedelta(minutes=service.minutes)
    changes: dict[str, Any] = {
        "place_id": choice.place_id,
        "ends_at": ends_at,
        "blocked_until": ends_at + timedelta(minutes=service.turnover_minutes),
        "revision": F("revision") + 1,
        "held_back_at": None,
        # What a therapist was to look at was that it no longer fitted. A request goes on waiting for its yes.
        "needs_review": session.needs_review and (session.held_back_at is None or session.state is Status.REQUESTED),
    }
    if act is Act.CHANGE_THERAPIST:
        changes |= {"therapist": choice.therapist, "chosen_because": choice.because, "kept_at": None}
    else:
        changes |= {"service": service, "price": service.price}
    rows = MassageSession.objects.filter(
        pk=session.pk, revision=session.revision, status__in=[status.value for status in sources(act)]
    )
    if rows.update(**changes) != 1:
        raise Refused("changed_meanwhile")
    people = MassageSession.objects.select_related("client__account", "service__technique", "therapist", "decision")
    return people.get(pk=session.pk)


def _keep_judgement(
    changed: MassageSession, *, before: MassageSession, act: Act, assessment: Assessment | None, now: datetime
) -> None:
    """Keep the judgement with what it became. What was asked aloud about the same answers stays asked."""
    if assessment is None and changed.state not in UPCOMING:
        return
    asked = not changed.re_ask_due and changed.decision is not None
    screening_id = changed.decision.screening_id if changed.decision else None
    deciding.keep(session=changed, assessment=assessment, now=now)
    if assessment is not None:
        fit = reshaping.fit_under(changed, changed.service, assessment)
        changed.re_ask_due = changed.re_ask_due or bool(fit.asks)
        why = reshaping.against(changed, changed.service, assessment, act=act)
        # Under the lock once more: answers may have come between the look and this.
        if why:
            raise Refused(why)
    if asked and changed.decision and changed.decision.screening_id == screening_id and before.state not in UPCOMING:
        changed.re_ask_due = False
    changed.save(update_fields=["decision", "re_ask_due"])

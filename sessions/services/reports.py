"""How somebody felt after a session: told, acted upon at once, looked at, closed (guide, section 8)."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening import services as screening_services
from screening import vault
from screening.domain.after_session import next_step, report_of
from screening.domain.reports import Kind, NextStep
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger
from sessions.domain.status import Status
from sessions.models import MassageSession, SymptomReport
from sessions.selectors import aftercare
from sessions.services import changes, health, record

AFTERCARE = "aftercare"
WAITING = "report_waiting"


def finish(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that a session is over; a day later its client is asked how it feels."""

    def work() -> MassageSession:
        done = changes.complete(session=session, actor=actor, by=by, now=now)
        owe_aftercare(session=done, now=now)
        return done

    return in_transaction(work)


def owe_aftercare(*, session: MassageSession, now: datetime) -> None:
    """Ask the client a day after the end, once. Owed from the beginning: pain waits for nobody's tick."""
    assert session.client is not None
    outbox.enqueue(
        kind=AFTERCARE,
        key=f"{AFTERCARE}:{session.pk}",
        recipient=session.client.mail_address,
        subject_id=session.pk,
        due_at=aftercare.asks_at(session),
        now=now,
    )


def report(
    *,
    session: MassageSession,
    kinds: Collection[Kind],
    words: str,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
    stopped_early: bool = False,
) -> SymptomReport:
    """Keep what somebody felt, and do what follows. No kinds: all is well (or, stopped early, none of them fits).

    Whatever blocks stops every booking in the same transaction; the therapist is told at once. The same form twice is
    one report. Raises `Refused`: not_over, form_reused.
    """
    known = _told_before(form_key, form_digest)
    if known is not None:
        return known
    if not (aftercare.is_over(session, now=now) or stopped_early):
        raise Refused("not_over")
    _, rules = screening.published_rules()
    step = next_step(rules, kinds)
    asks = step.asks or (rules.extra.arrival_check_codes if stopped_early else ())

    def work() -> SymptomReport:
        if stopped_early and session.state is Status.STARTED:
            changes.stop_early(session=session, actor=actor, by=by, now=now)
        is_well = not kinds and not stopped_early
        written = _write(rules, session, kinds, words.strip(), step, by=by, now=now, is_well=is_well)
        record.keep_answer(key=form_key, digest=form_digest, session=session, now=now)
        record.note(session=session, act="reported", actor=actor, by=by, now=now)
        outbox.void(kinds=[AFTERCARE], subject_id=session.pk or 0, reason="reported")
        if by == "client" and written.closed_at is None:
            _tell_therapist(written, now)
        if step.stops_booking:
            screening_services.stop_bookings(client=written.client, now=now)
        _ask_again(written.client, asks, stops=step.stops_booking, now=now)
        return written

    try:
        return in_transaction(work)
    except IntegrityError:
        # The same form was sent twice at the same moment.
        again = _told_before(form_key, form_digest)
        if again is None:
            raise
        return again


def _told_before(form_key: str, form_digest: str) -> SymptomReport | None:
    session = record.answered_before(key=form_key, digest=form_digest)
    return session.reports.order_by("-pk").first() if session else None


def _write(
    rules: Rules, session: MassageSession, kinds: Collection[Kind], words: str, step: NextStep, *, by: str,
    now: datetime, is_well: bool,
) -> SymptomReport:  # fmt: skip
    assert session.client is not None
    written = SymptomReport(
        session=session,
        client=session.client,
        reported_at=now,
        by=by,
        stops_booking=step.stops_booking,
        call_by=aftercare.call_by(now=now) if step.calls or step.stops_booking or step.messages else None,
        seen_at=now if by == "therapist" else None,
        # That all is well needs nobody's look.
        closed_at=now if is_well else None,
    )
    reported = [kind for kind in Kind if kind in kinds]
    said = {
        "kinds": [kind.value for kind in reported],
        "words": words,
        "messages": list(step.messages),
        # As these rules have it: what newer ones say changes no report that was made before.
        "reported": [report_of(rules, kind).words for kind in reported],
        "for_therapist": list(step.messages_for_therapist),
        "stops_product": step.stops_product,
    }
    written.sealed = vault.seal(said, client=session.client, field=aftercare.report_field(written), now=now)
    written.save(force_insert=True)
    return written


def _tell_therapist(written: SymptomReport, now: datetime) -> None:
    therapist = written.session.therapist
    account = therapist.user if therapist.is_active else None
    outbox.enqueue(
        kind=WAITING,
        key=f"{WAITING}:{written.pk}",
        recipient=account.email if account else studio_selectors.require().email,
        subject_id=written.pk,
        due_at=now,
        now=now,
    )


def _ask_again(client: Client, codes: Collection[str], *, stops: bool, now: datetime) -> None:
    """Have rows answered anew, and judge what is booked. A vault that stays closed must not lose the report."""
    newer = None
    if codes:
        try:
            with transaction.atomic():
                newer = screening_services.end_answers(
                    client=client, codes=codes, trigger=Trigger.AFTER_SESSION, now=now
                )
        except vault.VaultClosed:
            newer = None
    if stops and newer is None:
        try:
            with transaction.atomic():
                health.judge_again(client=client, now=now)
        except vault.VaultClosed:
            health.ask_again(client=client, now=now)


def close(*, report: SymptomReport, advice: str, outcome: str, actor: User | None, now: datetime) -> SymptomReport:
    """Close a report with what was advised and what came of it; the last one that stopped bookings lets them go on.

    Raises `Refused("closing_words")` where a call was due and nothing is said about it. Twice is once.
    """
    said = {"advice": advice.strip(), "outcome": outcome.strip()}
    if report.call_by is not None and not all(said.values()):
        raise Refused("closing_words")

    def work() -> SymptomReport:
        fresh = SymptomReport.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if fresh.closed_at is not None:
            return fresh
        fresh.client = report.client
        fresh.closed_at, fresh.closed_by = now, actor
        fresh.seen_at = fresh.seen_at or now
        if any(said.values()):
            field = aftercare.closing_field(fresh)
            fresh.sealed_closing = vault.seal(said, client=report.client, field=field, now=now)
        fresh.save(update_fields=["closed_at", "closed_by", "seen_at", "sealed_closing"])
        record.note(session=report.session, act="report_closed", actor=actor, by="therapist", now=now)
        others = SymptomReport.objects.filter(client=report.client, stops_booking=True, closed_at=None)
        if fresh.stops_booking and not others.exists():
            screening_services.lift_stop(client=report.client, by=actor, now=now)
            health.judge_again(client=report.client, now=now)
        return fresh

    return in_transaction(work)


def seen(*, report: SymptomReport, now: datetime) -> None:
    """Note that a therapist has opened a report."""
    SymptomReport.objects.filter(pk=report.pk, seen_at=None).update(seen_at=now)


def messages_of(rules: Rules, kinds: Collection[Kind]) -> tuple[str, ...]:
    """Return the ids of the texts that the client reads at once."""
    return next_step(rules, kinds).messages

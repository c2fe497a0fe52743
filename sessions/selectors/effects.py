"""What another rule version would do to sessions ahead: which move and how, without a word about why."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Max

from massage_booking.accounts.models import Client
from massage_booking.core.vocabulary import PRESSURE_LABELS
from massage_booking.core.wording import area_names, technique_names
from massage_booking.studio import selectors as studio_selectors
from screening import effects, letters, vault
from screening import selectors as screening
from screening.assessment import Assessment
from screening.document import Document
from screening.domain import eligibility
from screening.domain.booking_ahead import Block
from screening.domain.enums import Pressure
from screening.domain.rules import Rules
from screening.effects import Effects, Moved
from screening.models import BookingStop, RuleVersion, Screening, ScreeningState
from sessions.domain.fitting import Fit, fit_of
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import phone

JUDGED: Final = [Status.REQUESTED.value, Status.BOOKED.value, Status.ARRIVED.value]
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
}
Judge = Callable[[datetime], Assessment]


@effects.register
def preview(version: RuleVersion, rules: Rules, now: datetime) -> Effects:
    """Judge every session ahead under the published rules and under others, and tell the difference.

    Each client's answers are opened once, for the rules alone.
    """
    by_client: dict[Client, list[MassageSession]] = {}
    for session in _ahead(now):
        assert session.client is not None
        by_client.setdefault(session.client, []).append(session)
    judges = _Judges(version, rules, list(by_client), now)
    moved: list[Moved] = []
    not_judged = 0
    for client, sessions in by_client.items():
        pair = judges.of(client)
        if pair is None:
            not_judged += len(sessions)
            continue
        for session in sessions:
            found = _moved(session, pair[0](session.starts_at), pair[1](session.starts_at))
            if found is not None:
                moved.append(found)
    moved.sort(key=lambda one: one.starts_at)
    return Effects(sum(len(sessions) for sessions in by_client.values()), tuple(moved), not_judged)


def _ahead(now: datetime) -> list[MassageSession]:
    return list(
        MassageSession.objects.filter(status__in=JUDGED, ends_at__gt=now, client__isnull=False)
        .select_related("service__technique", "client", "therapist")
        .order_by("starts_at", "pk")
    )


class _Judges:
    """Makes, for one client after another, the two functions that judge a start: now, and under other rules."""

    def __init__(self, version: RuleVersion, rules: Rules, clients: list[Client], now: datetime) -> None:
        self.now = now
        self.zone: ZoneInfo = studio_selectors.require().tz
        self.versions = (screening.published_rules(), (version, rules))
        complete = Screening.objects.filter(state=ScreeningState.COMPLETE, client__in=clients)
        self.forms = {form.client_id: form for form in complete}
        stops = BookingStop.objects.filter(client__in=clients, lifted_at__isnull=True)
        self.stopped = set(stops.values_list("client_id", flat=True))
        done = MassageSession.objects.filter(client__in=clients, status=Status.DONE.value)
        self.visits = dict(done.values_list("client_id").annotate(last=Max("starts_at")))

    def of(self, client: Client) -> tuple[Judge, Judge] | None:
        """Return (now, then), or None where there is nothing to judge by."""
        form = self.forms.get(client.pk)
        if form is None or client.date_of_birth is None:
            return None
        form.client = client
        try:
            opened, covering = vault.for_rules(form), letters.accepted(client)
        except vault.VaultClosed:
            return None
        first, second = (
            self._judge(client, form, screening.read_as(form, rules, opened), version, rules, covering)
            for version, rules in self.versions
        )
        return first, second

    def _judge(
        self,
        client: Client,
        form: Screening,
        document: Document,
        version: RuleVersion,
        rules: Rules,
        covering: tuple[letters.DatedLetter, ...],
    ) -> Judge:
        visit = self.visits.get(client.pk)
        known: dict[tuple[date, bool], Assessment] = {}

        def judge(starts_at: datetime) -> Assessment:
            soon = starts_at - self.now < timedelta(hours=rules.extra.booking_ahead.ask_within_hours)
            key = (starts_at.astimezone(self.zone).date(), soon)
            if key not in known:
                found = screening.assess_document(
                    client=client,
                    screening=form,
                    document=document,
                    version=version,
                    rules=rules,
                    starts_at=starts_at,
                    zone=self.zone,
                    now=self.now,
                    last_visit_on=visit.astimezone(self.zone).date() if visit else None,
                    letters_in_force=covering,
                    stopped=client.pk in self.stopped,
                )
                known[key] = phone.softened(found)
            return known[key]

        return judge


def _moved(session: MassageSession, before: Assessment, after: Assessment) -> Moved | None:
    fits = _fit(session, before), _fit(session, after)
    how = tuple(_how(fits, before, after))
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
        is_held_back=fits[0].fits and not fits[1].fits,
    )


def _fit(session: MassageSession, assessment: Assessment) -> Fit:
    refusals = assessment.refusals(session.service.technique.screened_as, session.minutes)
    return fit_of((refusal.code for refusal in refusals), awaits_letter=session.clearance_until is not None)


def _how(fits: tuple[Fit, Fit], before: Assessment, after: Assessment) -> Iterator[str]:
    was, is_now = fits
    if was.fits and not is_now.fits:
        yield f"booked → held back ({_against(is_now)})"
    elif not was.fits and is_now.fits:
        yield "held back → stands again"
    elif not is_now.fits and was.against != is_now.against:
        yield f"stays held back, for another reason ({_against(is_now)})"
    asked = bool(was.asks) or before.re_ask_due, bool(is_now.asks) or after.re_ask_due
    if is_now.fits and asked[0] != asked[1]:
        yield "re-ask due: to be asked again before it starts" if asked[1] else "no longer to be asked again"
    if is_now.fits and was.fits:
        yield from _limits(before, after)


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

"""What another rule version would do to sessions ahead: which move and how, without a word about why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening import effects, letters, vault
from screening import selectors as screening
from screening.assessment import Assessment
from screening.document import Document
from screening.domain.rules import Rules
from screening.effects import Effects, Moved
from screening.models import BookingStop, RuleVersion, Screening, ScreeningState
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import offer, one_person
from sessions.selectors.moving import Side, moved_by
from sessions.selectors.standing import JUDGED, standing_of, weighed

Judge = Callable[[datetime], Assessment]
# Under the published rules, and under the others.
Pair = tuple[Judge, Judge]


@effects.register
def preview(version: RuleVersion, rules: Rules, now: datetime) -> Effects:
    """Judge every session ahead under the published rules and under others, and tell the difference.

    Each client's answers are opened once, for the rules alone. What publishing leaves alone is not judged here either.
    """
    by_client: dict[Client, list[MassageSession]] = {}
    for session in _ahead(now):
        assert session.client is not None
        by_client.setdefault(session.client, []).append(session)
    judges = _Judges(version, rules, list(by_client), now)
    moved: list[Moved] = []
    not_judged = 0
    for client, sessions in by_client.items():
        pair = judges.of(client) if any(session.decision_id for session in sessions) else None
        if pair is None:
            not_judged += len(sessions)
            continue
        known = judges.beside(client)
        for session in sessions:
            sides = judges.side(session, pair, known, 0), judges.side(session, pair, known, 1)
            found = moved_by(session, *sides, is_changing=client.pk in judges.changing)
            if found is not None:
                moved.append(found)
    moved.sort(key=lambda one: one.starts_at)
    return Effects(sum(len(sessions) for sessions in by_client.values()), tuple(moved), not_judged)


def _ahead(now: datetime) -> list[MassageSession]:
    return list(
        MassageSession.objects.filter(status__in=JUDGED, ends_at__gt=now, client__isnull=False)
        .select_related("service__technique", "client", "therapist", "decision")
        .order_by("starts_at", "pk")
    )


class _Judges:
    """Makes, for one client after another, the two functions that judge a start: now, and under other rules."""

    def __init__(self, version: RuleVersion, rules: Rules, clients: list[Client], now: datetime) -> None:
        self.now = now
        self.zone: ZoneInfo = studio_selectors.require().tz
        self.today = now.astimezone(self.zone).date()
        self.versions = (screening.published_rules(), (version, rules))
        forms = Screening.objects.filter(client__in=clients)
        self.forms = {form.client_id: form for form in forms.filter(state=ScreeningState.COMPLETE)}
        # While somebody is changing their answers, every session of theirs is to be asked about anyway.
        self.changing = set(forms.filter(state=ScreeningState.DRAFT).values_list("client_id", flat=True))
        stops = BookingStop.objects.filter(client__in=clients, lifted_at__isnull=True)
        self.stopped = set(stops.values_list("client_id", flat=True))
        done = MassageSession.objects.filter(client__in=clients, status=Status.DONE.value)
        self.visits = dict(done.values_list("client_id").annotate(last=Max("starts_at")))

    def of(self, client: Client) -> Pair | None:
        """Return (now, then), or None where there is nothing to judge by. Of two records of one person both count."""
        visit = self.visits.get(client.pk)
        last = visit.astimezone(self.zone).date() if visit else None
        own = self._pair(client, self.forms.get(client.pk), last, stopped=client.pk in self.stopped)
        others = self._pairs_of(one_person.same_as(client)) if own else []
        if own is None or not others:
            return own
        return _together(own, others, 0), _together(own, others, 1)

    def beside(self, client: Client) -> list[Pair]:
        """Return the same for the answers that are weighed beside those of somebody who is not yet recognised."""
        return self._pairs_of(one_person.known_of(client))

    def side(self, session: MassageSession, pair: Pair, known: list[Pair], which: int) -> Side:
        """Say how a session stands under the version `which` of the pair."""
        found = pair[which](session.starts_at)
        stands = standing_of(session, found, today=self.today)
        if not known:
            return Side(stands, stands.assessment, stands.asks)
        both, fits = weighed(session, found, [other[which](session.starts_at) for other in known])
        return Side(stands, both, stands.asks or both.re_ask_due or not fits)

    def _pairs_of(self, clients: list[Client]) -> list[Pair]:
        pairs = [
            self._pair(
                client,
                screening.forms_of(client)[1],
                offer.last_visit_on(client=client, zone=self.zone),
                stopped=screening.is_stopped(client),
            )
            for client in clients
        ]
        return [pair for pair in pairs if pair is not None]

    def _pair(self, client: Client, form: Screening | None, last: date | None, *, stopped: bool) -> Pair | None:
        if form is None or client.date_of_birth is None:
            return None
        form.client = client
        try:
            opened, covering = vault.for_rules(form), letters.accepted(client)
        except vault.VaultClosed:
            return None
        first, second = (
            self._judge(client, form, screening.read_as(form, rules, opened), version, rules, covering, last, stopped)
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
        last: date | None,
        stopped: bool,
    ) -> Judge:
        known: dict[tuple[date, bool], Assessment] = {}

        def judge(starts_at: datetime) -> Assessment:
            soon = starts_at - self.now <= timedelta(hours=rules.extra.booking_ahead.ask_within_hours)
            key = (starts_at.astimezone(self.zone).date(), soon)
            if key not in known:
                known[key] = screening.assess_document(
                    client=client,
                    screening=form,
                    document=document,
                    version=version,
                    rules=rules,
                    starts_at=starts_at,
                    zone=self.zone,
                    now=self.now,
                    last_visit_on=last,
                    letters_in_force=covering,
                    stopped=stopped,
                )
            return known[key]

        return judge


def _together(own: Pair, others: list[Pair], which: int) -> Judge:
    def judge(starts_at: datetime) -> Assessment:
        return offer.together(own[which](starts_at), [other[which](starts_at) for other in others])

    return judge

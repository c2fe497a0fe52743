"""What a studio looks after around its sessions: a doctor's letter that waits, and somebody who did not feel well."""

from datetime import datetime, timedelta
from typing import Final

from fpdf import FPDF

from massage_booking.core.errors import DomainError
from massage_booking.demo.demo_diary import Diary
from screening import cleaning
from screening.domain.reports import Kind
from screening.services import letters
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.selectors import offer, openings
from sessions.services import booking, reports
from therapists.models import Therapist

AWAITS_A_LETTER: Final = "Tomás Reilly"
DAYS_AHEAD: Final = 9
SAID: Final = "Tired and sore for three days now, more than I know it."


def let_a_letter_arrive(diary: Diary, therapist: Therapist) -> None:
    """Let somebody's time be kept for a document, and let that document have come today."""
    client = diary.clients[AWAITS_A_LETTER]
    asked_at = diary.now - timedelta(hours=20)
    session = _keep_a_time(diary, therapist, asked_at=asked_at)
    if session is None or client.account is None:
        return
    assessment = offer.assess(client=client, starts_at=session.starts_at, now=asked_at)
    if assessment is None:
        return
    letters.request_form(
        client=client,
        codes=assessment.verdict.missing_clearance,
        doctor="Dr Maeve Lally, Riverside Practice",
        referral="",
        now=asked_at + timedelta(minutes=5),
    )
    letters.receive(
        client=client,
        document=cleaning.clean(_document(client.name)),
        received_from=client.account,
        now=diary.now - timedelta(hours=1),
    )


def _keep_a_time(diary: Diary, therapist: Therapist, *, asked_at: datetime) -> MassageSession | None:
    client = diary.clients[AWAITS_A_LETTER]
    first = diary.today + timedelta(days=DAYS_AHEAD)
    for service in diary.services:
        found = openings.openings(
            service=service, first=first, last=first + timedelta(days=6), now=asked_at, therapist=therapist
        )
        for opening in found[:1]:
            assessment = offer.assess(client=client, starts_at=opening.starts_at, now=asked_at)
            try:
                return booking.book(
                    client=client,
                    service=service,
                    therapist=opening.therapist,
                    starts_at=opening.starts_at,
                    assessment=assessment,
                    via=BookedVia.WEB,
                    actor=client.account,
                    by="client",
                    now=asked_at,
                )
            except DomainError:
                continue
    return None


def _document(name: str) -> bytes:
    """Return a letter as a practice might print it; nobody in it exists."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    patient = name.encode("latin-1", "replace").decode("latin-1")
    for line in (
        "Riverside Practice",
        "",
        f"Re: {patient}",
        "",
        "Stable for eight months, everyday effort without symptoms.",
        "No history of clots. Light to medium pressure is fine; please no heat.",
        "",
        "Dr Maeve Lally",
    ):
        paper.cell(text=line or " ", new_x="LMARGIN", new_y="NEXT", h=8)
    return bytes(paper.output())


def let_somebody_report(diary: Diary, therapist: Therapist) -> None:
    """Let one client of last week say that the soreness has not gone."""
    done = (
        MassageSession.objects.filter(
            therapist=therapist,
            status=Status.DONE.value,
            ends_at__range=(diary.now - timedelta(days=7), diary.now - timedelta(days=1)),
            client__account__isnull=False,
        )
        .exclude(client__in=[diary.clients[name] for name in ("Nadia Rahman", AWAITS_A_LETTER)])
        .select_related("client__account", "service__technique", "therapist__user")
        .order_by("-ends_at")
    )
    session = done.first()
    if session is not None and session.client is not None:
        reports.report(
            session=session,
            kinds=[Kind.LASTING],
            words=SAID,
            actor=session.client.account,
            by="client",
            now=diary.now - timedelta(minutes=40),
        )

"""What this app keeps of a client, told to those who must know: the export, the backup and its proof."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from massage_booking.outbox.models import Message
from screening import exporting, sealed_rows
from screening.backups import restoring
from screening.exporting import Export, plain, plains
from sessions.guards import RULES
from sessions.models import ApartSide, ClientWish, MassageSession, Plan, Series, SignOff, SymptomReport
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import aftercare, signing

sealed_rows.register(SymptomReport)
sealed_rows.register(SymptomReport, "sealed_closing")
sealed_rows.register(SignOff, "sealed_note", client="session__client")


# --- The export -------------------------------------------------------------


@exporting.register
def _sessions(export: Export) -> None:
    sessions = MassageSession.objects.filter(client=export.client).order_by("starts_at", "pk")
    export.parts["sessions"] = [
        plain(
            session,
            events=plains(session.events.select_related("actor")),
            changes_asked=plains(session.change_requests.select_related("therapist", "service__technique")),
            payments=plains(session.payments.select_related("taken_by", "voided_by")),
            sign_offs=_sign_offs(export, session),
            rearranged=plains(session.rearranged.select_related("rearrangement", "was_with")),
        )
        for session in sessions.select_related("service__technique", "therapist", "place__room", "booked_by")
    ]
    plan = Plan.objects.filter(client=export.client).first()
    export.parts["plan"] = plan and plain(plan)
    wish = ClientWish.objects.filter(client=export.client).first()
    export.parts["wish"] = wish and plain(wish)
    # What the other side wished is not the client's to read, nor that there was anything.
    own = export.client.apart.filter(side=ApartSide.CLIENT).select_related("therapist", "made_by")
    export.parts["series"] = plains(Series.objects.filter(client=export.client).order_by("created_at", "pk"))
    export.parts["apart"] = plains(own.order_by("made_at", "pk"))
    waiting = export.client.waitlist.select_related("service__technique", "therapist").order_by("made_at")
    export.parts["waitlist"] = [plain(entry, offers=plains(entry.offers.order_by("pk"))) for entry in waiting]


def _sign_offs(export: Export, session: MassageSession) -> list[dict[str, Any]]:
    rows = session.sign_offs.select_related("therapist", "decision").order_by("at", "pk")
    return [
        plain(row, content=export.everything.value(row.sealed_note, field=signing.note_field(session, number)))
        for number, row in enumerate(rows, start=1)
    ]


@exporting.register
def _reports(export: Export) -> None:
    export.parts["reports"] = [
        plain(
            report,
            content=export.everything.value(report.sealed, field=aftercare.report_field(report)),
            closing=export.everything.value(report.sealed_closing, field=aftercare.closing_field(report)),
        )
        for report in SymptomReport.objects.filter(client=export.client).order_by("reported_at")
    ]


@exporting.register
def _mails(export: Export) -> None:
    client = export.client
    addresses = {address.lower() for address in (client.email, client.account and client.account.email) if address}
    export.parts["mails"] = plains(Message.objects.filter(recipient__in=addresses).order_by("due_at", "pk"))


# --- A restored backup ------------------------------------------------------


@restoring.register
def _overlaps() -> list[str]:
    """Say how many sessions stand in each other's way, which no guard would ever have let in."""
    blocking = MassageSession.objects.filter(status__in=BLOCKING_VALUES)
    found = []
    for guard, (column, end) in RULES.items():
        name = column.removesuffix("_id")
        others = blocking.filter(
            ~Q(pk=OuterRef("pk")), **{name: OuterRef(name), "starts_at__lt": OuterRef(end)}
        ).annotate(its_end=F(end))
        count = blocking.filter(Exists(others.filter(its_end__gt=OuterRef("starts_at")))).count()
        if count:
            found.append(f"{count} sessions overlap ({guard})")
    return found

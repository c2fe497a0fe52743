"""Mails after a session, and when a therapist says no to one. No mail holds a health fact."""

from datetime import datetime, timedelta
from typing import Final

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Attachment, Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from sessions import emails, ics, links
from sessions.domain.status import Status
from sessions.models import SymptomReport

# Later than this nobody remembers which session is meant.
TOO_LATE: Final = timedelta(days=7)


@register("aftercare")
def aftercare(message: Message, now: datetime) -> Mail | Void:
    """Ask how somebody feels; not whoever has told us already."""
    session, studio = emails._session(message), studio_selectors.require()
    if session is None or session.state not in (Status.STARTED, Status.DONE):
        return Void("not_done")
    if session.reports.exists():
        return Void("reported")
    if now - session.ends_at > TOO_LATE:
        return Void("too_late")
    address = emails._address("sessions:manage_feeling", links.make(session, purpose="feeling"))
    context = {
        "session": session,
        "client": session.client,
        "greeted": emails._greeted(session),
        "what": session.service.discreet_name,
        "button_url": address,
        "button_label": "Tell us in a tap",
    }
    return emails._render("aftercare", context, studio=studio)


@register("report_waiting")
def report_waiting(message: Message, now: datetime) -> Mail | Void:
    """Tell a therapist that a report waits; whose and what it says is read after signing in."""
    rows = SymptomReport.objects.select_related("session__therapist").defer("sealed", "sealed_closing")
    report = rows.filter(pk=message.subject_id or 0).first()
    if report is None:
        return Void("gone")
    if report.seen_at or report.closed_at:
        return Void("seen")
    context = {
        "report": report,
        "greeted": report.session.therapist.first_name,
        "button_url": emails._address("sessions:review"),
        "button_label": "Sign in and read it",
    }
    return emails._render("aftercare_report", context, studio=studio_selectors.require())


@register("declined")
def declined(message: Message, now: datetime) -> Mail | Void:
    """Say kindly that a therapist has called a session off, so that calendars drop it."""
    session, studio = emails._session(message), studio_selectors.require()
    if session is None or session.status != Status.CANCELLED or session.revision != message.revision:
        return Void("not_cancelled")
    if session.ends_at <= now:
        return Void("past")
    manage_url = emails._address("sessions:manage", links.make(session))
    content = ics.calendar_of(session, studio=studio, method=ics.CANCEL, manage_url=manage_url, now=now)
    context = {
        "session": session,
        "client": session.client,
        "greeted": emails._greeted(session),
        "what": session.service.discreet_name,
        "button_url": emails._address("sessions:find"),
        "button_label": "Find another time",
    }
    files = (Attachment(ics.FILE_NAME, content, f"text/calendar; method={ics.CANCEL}"),)
    return emails._render("aftercare_declined", context, studio=studio, attachments=files)

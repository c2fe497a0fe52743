"""The pulse for monitoring, and the mailbox page of a demo: every mail, shown instead of sent."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from massage_booking.core import clock
from massage_booking.outbox import mailbox as box
from massage_booking.outbox import selectors

# A mail brings its own styles and nothing else: no script, no form, nothing fetched; its links may be followed.
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers; say how old the oldest overdue message is and when each job last ran."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pulse = selectors.pulse(now=clock.now())
    except DatabaseError:
        return JsonResponse({"status": "down"}, status=503)
    return JsonResponse(
        {
            "status": "late" if pulse.late else "ok",
            "late": pulse.late,
            "oldest_overdue_seconds": _seconds(pulse.oldest_overdue),
            "seconds_since": {job: _seconds(age) for job, age in pulse.silence.items()},
        }
    )


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else round(age.total_seconds())


def _letter_or_404(stem: str) -> box.Letter:
    letter = box.letter_of(stem) if settings.MAILBOX else None
    if letter is None:
        raise Http404
    return letter


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the kept mails, newest first."""
    if not settings.MAILBOX:
        raise Http404
    return render(request, "outbox/mailbox.html", {"letters": box.latest(), "kept": len(box.stems())})


@require_safe
def mail(request: HttpRequest, stem: str) -> HttpResponse:
    """Show one kept mail as text."""
    return render(request, "outbox/mail.html", {"letter": _letter_or_404(stem)})


@require_safe
def mail_as_it_looks(request: HttpRequest, stem: str) -> HttpResponse:
    """Show the HTML part as a mail program would, shut in a sandbox of its own."""
    letter = _letter_or_404(stem)
    if not letter.html:
        raise Http404
    return HttpResponse(letter.html, headers={"Content-Security-Policy": MAIL_POLICY})


@require_safe
def attachment(request: HttpRequest, stem: str, number: int) -> HttpResponse:
    """Hand out what hangs on a mail, to be kept and never opened in place."""
    letter = _letter_or_404(stem)
    part = next((part for part in letter.attached if part.number == number), None)
    if part is None:
        raise Http404
    answer = HttpResponse(part.content, content_type=part.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, part.name) or "attachment"
    return answer

"""The calendar file of a session."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from massage_booking.core import clock
from massage_booking.studio import selectors as studio_selectors
from sessions import ics
from sessions.views.doors import Door, opened


@require_safe
@opened
def calendar_file(request: HttpRequest, door: Door) -> HttpResponse:
    """Send a session as a file that calendars open."""
    studio = studio_selectors.require()
    url = request.build_absolute_uri(door.url("detail"))
    content = ics.calendar_of(door.session, studio=studio, method=ics.PUBLISH, manage_url=url, now=clock.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'attachment; filename="{ics.FILE_NAME}"'
    return response

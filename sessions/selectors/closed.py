"""On which days the studio is closed, so that a page can say why nothing is free."""

from datetime import date

from massage_booking.studio import holidays_here
from massage_booking.studio.models import Studio
from therapists.models import DatedHours, Therapist


def closed_days(*, studio: Studio, first: date, last: date, therapist: Therapist | None = None) -> dict[date, str]:
    """Return public holidays on which nobody works (or not this therapist), with their names. At most one query.

    Whoever has set hours on a holiday works, full or not.
    """
    found = holidays_here.names(studio=studio, first=first, last=last)
    if not found:
        return {}
    working = DatedHours.objects.filter(day__in=found, starts__isnull=False, therapist__is_active=True)
    if therapist is not None:
        working = working.filter(therapist=therapist)
    open_on = set(working.values_list("day", flat=True))
    return {day: name for day, name in sorted(found.items()) if day not in open_on}

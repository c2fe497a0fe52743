"""On which days the studio is closed, so that a page can say why nothing is free."""

from datetime import date

from massage_booking.studio import holidays_here
from massage_booking.studio.models import Studio
from therapists.models import DatedHours


def closed_days(*, studio: Studio, first: date, last: date) -> dict[date, str]:
    """Return the public holidays on which nobody works, with their names. At most one query.

    Whoever has set hours on a holiday works, full or not.
    """
    found = holidays_here.names(studio=studio, first=first, last=last)
    if not found:
        return {}
    working = DatedHours.objects.filter(day__in=found, starts__isnull=False, therapist__is_active=True)
    open_on = set(working.values_list("day", flat=True))
    return {day: name for day, name in sorted(found.items()) if day not in open_on}

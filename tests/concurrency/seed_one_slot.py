"""Fill an empty database with the cast's studio, open all week, for a race over HTTP."""

import os
from datetime import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")
django.setup()


def main() -> None:
    from tests import cast
    from therapists.models import WeeklyHours

    house = cast.make_house()
    # All racers come from one address here.
    house.studio.holds_per_address = 1000
    house.studio.save()
    WeeklyHours.objects.all().delete()
    for therapist in (house.ana, house.uma):
        WeeklyHours.objects.bulk_create(
            [
                WeeklyHours(therapist=therapist, location=house.location, weekday=day, starts=time(6), ends=time(23))
                for day in range(7)
            ]
        )


if __name__ == "__main__":
    main()

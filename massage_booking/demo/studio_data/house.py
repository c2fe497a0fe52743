"""The demo studio: settings, locations, rooms, services, specialties."""

from decimal import Decimal
from typing import Any, Final

STUDIO: Final[dict[str, Any]] = {
    "name": "Stillwater Massage",
    "tagline": "Backs, necks and shoulders, in Galway since 2016",
    "address": "4 Weir Lane\nGalway",
    "directions": "The green door on Weir Lane. Ring once; we hear it even with the music on.",
    "parking": "Two bays in the yard",
    "steps": "None. Room 2 has a table that lowers",
    "phone": "020 912 0144",
    "email": "hello@stillwater.example",
    "opening_text": "Every day, 8:00 to 19:30; Sundays 10:00 to 16:00",
    "zone": "Europe/Dublin",
    "currency": "EUR",
    "emergency_number": "112",
    "urgent_number": "the out-of-hours doctor, 020 912 0199",
    "emergency_department": "University Hospital, Newcastle Road. Open day and night.",
    "notice_minutes": 120,
    "horizon_days": 90,
    "grid_minutes": 15,
    "holiday_country": "IE",
    "cancellation_hours": 24,
    "late_fee_percent": 50,
    "no_show_fee_percent": 50,
    "late_policy": "After that we ask for half the price, unless you are ill: then there is nothing to pay.",
}

# Location -> rooms; room -> (note, places as (name, kind)).
LOCATIONS: Final[dict[str, dict[str, Any]]] = {
    "Weir Lane": {
        "address": "",
        "rooms": {
            "Room 1": ("Quiet, at the back", [("Table", "table")]),
            "Room 2": ("For two; one table lowers", [("Left table", "table"), ("Right table", "table")]),
        },
    },
    "Harbour Row": {
        "address": "12 Harbour Row\nGalway",
        "directions": "The tall blue house; the lift is behind the door on the right.",
        "rooms": {"Room 3": ("The bay window on the first floor, with a lift", [("Chair", "chair")])},
    },
}

# (technique code, minutes, price): twelve services.
SERVICES: Final[list[tuple[str, int, Decimal]]] = [
    ("swedish", 45, Decimal("55")),
    ("swedish", 60, Decimal("68")),
    ("swedish", 90, Decimal("96")),
    ("deep_tissue", 60, Decimal("72")),
    ("trigger_point", 45, Decimal("58")),
    ("hot_stone", 60, Decimal("76")),
    ("sports", 60, Decimal("72")),
    ("prenatal", 60, Decimal("70")),
    ("lymphatic", 60, Decimal("70")),
    ("myofascial", 60, Decimal("70")),
    ("thai", 90, Decimal("98")),
    ("chair", 30, Decimal("38")),
]

# Specialty -> the clients who go only to somebody with a certificate in it.
NEEDED_FOR: Final = {"pregnancy": "pregnancy", "oncology": "oncology"}

# (slug, name, kind, on the home page)
SPECIALTIES: Final[list[tuple[str, str, str, bool]]] = [
    ("neck-and-shoulders", "Neck and shoulders", "complaint", True),
    ("long-term-sore-back", "A long-term sore back", "complaint", True),
    ("stress-and-sleep", "Stress and sleep", "complaint", True),
    ("pregnancy", "Pregnancy, from week 13", "group", True),
    ("sport", "Sport, and after it", "group", True),
    ("older-adults", "An older body", "group", True),
    ("oncology", "Recovering from illness", "group", True),
]

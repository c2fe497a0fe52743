from therapists.models.offer import Service, Technique
from therapists.models.people import Language, Portrait, Specialty, SpecialtyKind, Therapist, TherapistSpecialty
from therapists.models.time import (
    DatedHours,
    OutsideBusy,
    OutsideCalendar,
    RepeatingTimeOff,
    TimeOff,
    Weekday,
    WeeklyHours,
)

__all__ = [
    "DatedHours",
    "Language",
    "OutsideBusy",
    "OutsideCalendar",
    "Portrait",
    "RepeatingTimeOff",
    "Service",
    "Specialty",
    "SpecialtyKind",
    "Technique",
    "Therapist",
    "TherapistSpecialty",
    "TimeOff",
    "Weekday",
    "WeeklyHours",
]

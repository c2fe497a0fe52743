from therapists.models.offer import Service, Technique
from therapists.models.people import Language, Portrait, Specialty, SpecialtyKind, Therapist, TherapistSpecialty
from therapists.models.time import TimeOff, Weekday, WeeklyHours

__all__ = [
    "Language",
    "Portrait",
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

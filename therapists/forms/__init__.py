"""Forms of the therapists' own pages."""

from therapists.forms.calendars import AddressForm, FileForm
from therapists.forms.dates import DatedHoursForm
from therapists.forms.hours import TimeOffForm, WeekForm, block_problem
from therapists.forms.repeating import RepeatingForm

__all__ = ["AddressForm", "DatedHoursForm", "FileForm", "RepeatingForm", "TimeOffForm", "WeekForm", "block_problem"]

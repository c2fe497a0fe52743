"""Certificates in the admin: which end soon or have ended, and what stands booked against them."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse

from massage_booking.core import clock, wording
from massage_booking.core.admin_base import HouseAdmin
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.certificates import Ends, ends
from sessions.selectors import training as selectors
from therapists import eligibility
from therapists.models import TherapistSpecialty
from therapists.models.people import NeededFor

WORDS = {Ends.NEVER: "no end", Ends.LATER: "good", Ends.SOON: "ends soon", Ends.OVER: "ended"}
NOBODY = (
    "Nobody who works here has a valid certificate for: {who}. They cannot book online and read “Please call us: this "
    "needs a therapist with further training”. Say at a specialty whom it is needed by, and enter who has it."
)


def _warning_days() -> int:
    studio = studio_selectors.current()
    return studio.certificate_warning_days if studio else 0


class EndsFilter(admin.SimpleListFilter):
    """Those that need somebody to look at them first."""

    title = "end"
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(Ends.SOON, "ends soon or has ended"), (Ends.OVER, "has ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TherapistSpecialty]) -> QuerySet[TherapistSpecialty]:
        today = wording.local(clock.now()).date()
        if self.value() == Ends.OVER:
            return queryset.filter(expires_on__lt=today)
        if self.value() == Ends.SOON:
            return queryset.filter(expires_on__lte=today + timedelta(days=_warning_days()))
        return queryset


@admin.register(TherapistSpecialty)
class CertificateAdmin(HouseAdmin):
    """Trainings with a certificate. They are made at the therapist; here their last day is kept up."""

    list_display = ["therapist", "specialty", "expires_on", "how_near", "booked_after"]
    list_filter = [EndsFilter, ("therapist", admin.RelatedOnlyFieldListFilter), "specialty__needed_for"]
    list_select_related = ["therapist", "specialty"]
    search_fields = ["therapist__name", "specialty__name", "certificate"]
    ordering = [F("expires_on").asc(nulls_last=True), "pk"]
    fields = ["therapist", "specialty", "certificate", "has_certificate", "expires_on", "note", "warned_of"]
    readonly_fields = ["therapist", "specialty", "warned_of"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TherapistSpecialty]:
        rows = super().get_queryset(request).filter(Q(has_certificate=True) | Q(expires_on__isnull=False))
        counts = selectors.booked_beyond(now=clock.now())
        whens = [When(pk=key, then=Value(count)) for key, count in counts.items()]
        return rows.annotate(beyond=Case(*whens, default=Value(0), output_field=IntegerField()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        missing = eligibility.nobody_trained_for(day=wording.local(clock.now()).date())
        if missing and request.method == "GET":
            who = wording.listed([NeededFor(need).label.lower() for need in missing])
            messages.warning(request, NOBODY.format(who=who))
        return super().changelist_view(request, {"title": "Certificates", **(extra_context or {})})

    @admin.display(description="is", ordering="expires_on")
    def how_near(self, obj: TherapistSpecialty) -> str:
        today = wording.local(clock.now()).date()
        return WORDS[ends(obj.expires_on, today=today, warning_days=_warning_days())]

    @admin.display(description="booked after it", ordering="beyond")
    def booked_after(self, obj: Any) -> str:
        if not obj.beyond:
            return "nothing"
        return f"{obj.beyond} session{'' if obj.beyond == 1 else 's'}"

"""Sessions and plans in the admin: to look things up, and to put a session elsewhere. No decision is shown."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from massage_booking.core import clock
from massage_booking.core.admin_base import HouseAdmin, SplitMinutes
from massage_booking.core.errors import DomainError, Taken
from sessions import staff_messages, words
from sessions.admin_certificates import CertificateAdmin  # noqa: F401 - it registers itself
from sessions.domain.status import Act, Status, may
from sessions.forms.admin import CLASHES, SessionForm
from sessions.models import MassageSession, Plan, SessionEvent
from sessions.services import arranging

TIMES = ["therapist", "place", "starts_at", "ends_at", "blocked_until"]
FACTS = [
    "client", "service", "status", "price", "currency", "re_ask_due", "needs_review",
    "booked_via", "booked_by", "booked_at", "why_this_therapist", "cancelled_at", "cancelled_late", "revision",
    "public_id",
]  # fmt: skip


class SessionEventInline(admin.TabularInline):
    """What was done to a session, to be read only."""

    model = SessionEvent
    fields = ["at", "act", "by", "actor"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = "what happened"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionEvent]:
        return super().get_queryset(request).select_related("actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MassageSession)
class MassageSessionAdmin(HouseAdmin):
    form = SessionForm
    inlines = [SessionEventInline]
    list_display = ["starts_at", "client", "status", "therapist", "service", "place", "re_ask_due", "needs_review"]
    list_filter = ["status", ("therapist", admin.RelatedOnlyFieldListFilter), "booked_via"]
    list_select_related = ["client", "therapist", "service__technique", "place__room"]
    search_fields = ["client__name", "client__email", "client__account__email", "public_id"]
    date_hierarchy = "starts_at"
    readonly_fields = FACTS
    fieldsets = [
        (
            "Where and when",
            {
                "fields": [*TIMES, "override_reason"],
                "description": "Against the usual hours is allowed here with a reason, against another session is not. "
                "The client gets a mail with the new time. Booking and cancelling are the desk’s.",
            },
        ),
        ("Session", {"fields": FACTS}),
    ]
    formfield_overrides = {models.DateTimeField: {"widget": SplitMinutes}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[MassageSession]:
        # What was decided for a session is health data, and is neither shown nor loaded here.
        rows = super().get_queryset(request)
        return rows.select_related("client__account", "service__technique", "therapist", "place__room", "booked_by")

    @admin.display(description="why this therapist")
    def why_this_therapist(self, obj: MassageSession) -> str:
        return words.because_for_staff(obj.chosen_because) or "asked for by name"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and (obj.state is Status.HELD or not may(obj.state, Act.MOVE)):
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "place" and field is not None:
            field.queryset = field.queryset.select_related("room")
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the small links beside a choice: here somebody is chosen, not edited."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for link in ("add", "change", "delete", "view"):
            if hasattr(getattr(field, "widget", None), f"can_{link}_related"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    def save_model(self, request: HttpRequest, obj: MassageSession, form: SessionForm, change: bool) -> None:
        """Write through the service, so that locks, record and mails are those of every other move."""
        if not form.has_changed():
            return
        arranging.arrange(
            session=obj, **{name: form.cleaned_data[name] for name in TIMES}, assessment=form.assessment,
            override_reason=form.cleaned_data["override_reason"],
            actor=request.user, now=clock.now(),  # type: ignore[arg-type]
        )  # fmt: skip

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Taken as lost:
            # Somebody was faster between the form's look and the lock.
            messages.error(request, CLASHES.get(lost.params.get("guard", ""), staff_messages.sentence(lost)))
        except DomainError as error:
            messages.error(request, staff_messages.sentence(error))
        return redirect(request.path)


@admin.register(Plan)
class PlanAdmin(HouseAdmin):
    """Rhythms that clients accepted. They are made with a tap, never here."""

    list_display = ["client", "interval_days", "therapist", "weekday", "time_of_day", "paused_until", "ended_at"]
    list_filter = [("therapist", admin.RelatedOnlyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client", "therapist"]
    search_fields = ["client__name", "client__email"]
    fields = [
        "client", "interval_days", "service", "therapist", "weekday", "time_of_day", "paused_until",
        "accepted_at", "ended_at", "last_nudged_at", "unanswered_nudges",
    ]  # fmt: skip
    readonly_fields = ["client", "accepted_at", "ended_at", "last_nudged_at", "unanswered_nudges"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

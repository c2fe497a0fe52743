"""The studio in the admin: its settings, its locations, and the rooms with their places."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from massage_booking.core import clock, wording
from massage_booking.core.admin_base import HouseAdmin, OneRowAdmin, RowsInline
from massage_booking.studio import holidays_here
from massage_booking.studio.forms import PlaceForm, StudioForm
from massage_booking.studio.models import Location, Place, Room, Studio


@admin.register(Studio)
class StudioAdmin(OneRowAdmin):
    form = StudioForm
    readonly_fields = ["holidays_ahead"]
    fieldsets = [
        ("Name and address", {"fields": ["name", "tagline", "address", "phone", "email", "opening_text"]}),
        ("Getting here", {"fields": ["directions", "parking", "steps"]}),
        ("Time and money", {"fields": ["zone", "currency"]}),
        (
            "In an emergency",
            {
                "fields": ["emergency_number", "urgent_number", "emergency_department"],
                "description": "Shown to a client whose answers need a doctor before a massage. Check them twice.",
            },
        ),
        (
            "What can be booked",
            {"fields": ["notice_minutes", "horizon_days", "grid_minutes", "upcoming_most", "new_clients"]},
        ),
        ("Public holidays", {"fields": ["holiday_country", "holiday_region", "holidays_ahead"]}),
        (
            "Moving and cancelling",
            {"fields": ["cancellation_hours", "late_policy", "late_changes", "undo_minutes", "health_waivers"]},
        ),
        (
            "Certificates",
            {
                "fields": ["certificate_warning_days"],
                "description": "On the day after its last one a certificate counts no more. Admins get a mail before.",
            },
        ),
        (
            "Fees",
            {
                "fields": ["late_fee_percent", "no_show_fee_percent"],
                "description": "Of the price as it was when booked. 0: no fee. The desk can let each one go, with a "
                "reason; whoever’s health answers ask for the change pays none.",
            },
        ),
        (
            "Waiting for a doctor's letter",
            {
                "fields": ["clearance_days", "clearance_hours"],
                "description": "Until when a time is kept for somebody who needs a letter; the earlier counts.",
            },
        ),
        (
            "Times kept while somebody finishes booking",
            {
                "fields": [
                    "hold_minutes",
                    "hold_most_minutes",
                    "holds_per_browser",
                    "holds_per_address",
                    "waitlist_hours",
                ],
                "description": "With one held time in a browser, nobody can book for two at once online; the desk can.",
                "classes": ["collapse"],
            },
        ),
        (
            "Mails",
            {
                "fields": [
                    "reminder_hours",
                    "aftercare_hours",
                    "nudge_days",
                    "nudges_without_answer",
                    "quiet_from",
                    "quiet_until",
                ],
                "classes": ["collapse"],
            },
        ),
    ]

    def view_on_site(self, obj: Studio) -> str:
        return reverse("home")

    @admin.display(description="the next ones")
    def holidays_ahead(self, obj: Studio) -> str:
        """Show what the saved country means, so that a wrong region is seen before a client sees it."""
        found = holidays_here.ahead(studio=obj, today=clock.today(obj.tz)) if obj.pk else []
        lines = [(f"{wording.full_date(day)}: {name}",) for day, name in found]
        return format_html_join(mark_safe("<br>"), "{}", lines) or "None. Choose a country and save to see them."


@admin.register(Location)
class LocationAdmin(HouseAdmin):
    list_display = ["name", "address", "rooms_here", "position"]
    list_editable = ["position"]
    search_fields = ["name", "address"]
    fields = ["name", "address", "directions", "position"]
    instead_of_deleting = "Move its rooms and hours to another location first."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Location]:
        return super().get_queryset(request).annotate(rooms_here_count=Count("rooms"))

    @admin.display(description="rooms", ordering="rooms_here_count")
    def rooms_here(self, obj: Any) -> int:
        return int(obj.rooms_here_count)


class PlaceInline(RowsInline):
    model = Place
    form = PlaceForm
    min_num = 1
    verbose_name = "place"
    verbose_name_plural = "places: what one session occupies, a table, chair or mat"


@admin.register(Room)
class RoomAdmin(HouseAdmin):
    list_display = ["name", "location", "places_in_use", "note", "position"]
    list_editable = ["position"]
    list_filter = ["location"]
    list_select_related = ["location"]
    search_fields = ["name", "location__name"]
    fields = ["location", "name", "note", "position"]
    inlines = [PlaceInline]
    instead_of_deleting = "Untick “in use” at its places instead: nothing new is booked there."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return super().get_queryset(request).annotate(in_use=Count("places", filter=Q(places__is_active=True)))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        only = list(Location.objects.values_list("pk", flat=True)[:2])
        return {**({"location": only[0]} if len(only) == 1 else {}), **super().get_changeform_initial_data(request)}

    @admin.display(description="places in use", ordering="in_use")
    def places_in_use(self, obj: Any) -> int:
        return int(obj.in_use)

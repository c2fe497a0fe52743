"""The studio in the admin: its settings, its locations, and the rooms with their places."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from massage_booking.core.admin_base import HouseAdmin, OneRowAdmin, RowsInline
from massage_booking.studio.forms import PlaceForm, StudioForm
from massage_booking.studio.models import Location, Place, Room, Studio


@admin.register(Studio)
class StudioAdmin(OneRowAdmin):
    form = StudioForm
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
        (
            "Moving and cancelling",
            {"fields": ["cancellation_hours", "late_policy", "late_changes", "undo_minutes", "health_waivers"]},
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
                "fields": ["hold_minutes", "hold_most_minutes", "holds_per_address", "waitlist_hours"],
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

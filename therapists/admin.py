"""Therapists, and what they offer, in the admin. A change shows on the site at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from massage_booking.core import clock
from massage_booking.core.admin_base import HouseAdmin, RowsInline
from massage_booking.studio.models import Location
from therapists import admin_time, services, signals  # noqa: F401 - admin_time registers its own pages
from therapists.admin_forms import ServiceForm, SpecialtyForm, TechniqueForm, TherapistForm, TimeOffForm, WeekFormSet
from therapists.models import (
    Language,
    Service,
    Specialty,
    Technique,
    Therapist,
    TherapistSpecialty,
    TimeOff,
    WeeklyHours,
)
from therapists.profiles import portrait_url


class TrainingInline(RowsInline):
    model = TherapistSpecialty
    autocomplete_fields = ["specialty"]
    verbose_name = "training"
    verbose_name_plural = "trained for, with certificates"


class WeeklyHoursInline(RowsInline):
    model = WeeklyHours
    formset = WeekFormSet
    fields = ["weekday", "starts", "ends", "location"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "location":
            only = list(Location.objects.values_list("pk", flat=True)[:2])
            kwargs["initial"] = only[0] if len(only) == 1 else None
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TimeOffInline(RowsInline):
    model = TimeOff
    form = TimeOffForm
    fields = ["starts_at", "ends_at", "note"]
    verbose_name_plural = "time off ahead"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        return super().get_queryset(request).filter(ends_at__gt=clock.now())


@admin.register(Therapist)
class TherapistAdmin(HouseAdmin):
    form = TherapistForm
    list_display = ["name", "is_active", "services_given", "account", "gender", "position"]
    list_editable = ["position"]
    list_filter = ["is_active", "specialties", "languages"]
    list_select_related = ["user"]
    search_fields = ["name", "user__email"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["user"]
    readonly_fields = ["portrait_now"]
    inlines = [TrainingInline, WeeklyHoursInline, TimeOffInline]
    instead_of_deleting = "Untick “works here” instead: the name leaves the site and the past stays complete."
    fieldsets = [
        ("Who", {"fields": ["name", "slug", "is_active", "user", "position"]}),
        (
            "On the page",
            {"fields": ["pronouns", "gender", "quote", "about", "since_year", "here_since_year", "languages"]},
        ),
        ("Portrait", {"fields": ["portrait_now", "portrait_file", "remove_portrait"]}),
        ("Gives", {"fields": ["services"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Therapist]:
        given = Count("services", filter=Q(services__is_active=True), distinct=True)
        return super().get_queryset(request).annotate(given=given, portrait_changed_at=F("portrait__changed_at"))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        if db_field.name == "services":
            kwargs["queryset"] = Service.objects.select_related("technique")
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.help_text = ""  # the hint about holding down Control belongs to another widget
        return field

    def view_on_site(self, obj: Therapist) -> str | None:
        return reverse("therapists:detail", args=[obj.slug]) if obj.is_active else None

    def save_model(self, request: HttpRequest, obj: Therapist, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not isinstance(form, TherapistForm):
            return  # the editable list saves positions only
        if form.cleaned_data["portrait_file"]:
            services.set_portrait(therapist=obj, data=form.cleaned_data["portrait_file"], now=clock.now())
        elif form.cleaned_data["remove_portrait"]:
            services.remove_portrait(therapist=obj, now=clock.now())

    @admin.display(description="services", ordering="given")
    def services_given(self, obj: Any) -> int:
        return int(obj.given)

    @admin.display(description="account", ordering="user__email")
    def account(self, obj: Therapist) -> str:
        return obj.user.email if obj.user else "none: cannot sign in"

    @admin.display(description="portrait now")
    def portrait_now(self, obj: Therapist) -> str:
        address = portrait_url(obj)
        if not address:
            return "None: the initial stands."
        return format_html(
            '<img src="{}" alt="Portrait of {}" width="120" height="150" class="portrait-now">', address, obj
        )


class ServiceInline(RowsInline):
    model = Service
    can_delete = False
    fields = ["minutes", "price", "turnover_minutes", "is_active"]


@admin.register(Technique)
class TechniqueAdmin(HouseAdmin):
    form = TechniqueForm
    list_display = ["name", "summary", "screened_as", "place_kind", "needs_certificate", "position"]
    list_editable = ["position"]
    list_filter = ["place_kind", "needs_certificate"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ServiceInline]
    instead_of_deleting = "Untick “can be booked” at its services instead."
    fieldsets = [
        ("On the page", {"fields": ["name", "slug", "summary", "description", "position"]}),
        ("What it needs", {"fields": ["screened_as", "place_kind", "needs_certificate"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Technique, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "screened_as" in form.changed_data:
            signals.technique_rescreened.send(sender=Technique, technique=obj)


@admin.register(Service)
class ServiceAdmin(HouseAdmin):
    form = ServiceForm
    list_display = ["name", "price", "turnover_minutes", "is_active", "therapists_giving"]
    list_editable = ["price", "is_active"]
    list_filter = ["is_active", "technique", "minutes"]
    list_select_related = ["technique"]
    search_fields = ["technique__name", "minutes", "slug"]
    autocomplete_fields = ["technique"]
    instead_of_deleting = "Untick “can be booked” instead: it leaves the site and the past stays complete."
    fieldsets = [
        (
            None,
            {"fields": ["technique", "minutes", "price"], "description": "Sessions already booked keep their price."},
        ),
        ("Booking", {"fields": ["turnover_minutes", "is_active", "slug"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        giving = Count("therapists", filter=Q(therapists__is_active=True), distinct=True)
        return super().get_queryset(request).annotate(giving=giving)

    @admin.display(description="service", ordering="technique__name")
    def name(self, obj: Service) -> str:
        return obj.name

    @admin.display(description="therapists", ordering="giving")
    def therapists_giving(self, obj: Any) -> str:
        return str(obj.giving) if obj.giving else "nobody yet"


@admin.register(Specialty)
class SpecialtyAdmin(HouseAdmin):
    form = SpecialtyForm
    list_display = ["name", "kind", "technique", "needed_for", "on_home_page", "position"]
    list_editable = ["on_home_page", "position"]
    list_filter = ["kind", "needed_for", "on_home_page"]
    list_select_related = ["technique"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["technique"]
    instead_of_deleting = "Take it away from the therapists who have it first."

    def view_on_site(self, obj: Specialty) -> str:
        return f"{reverse('therapists:index')}?reason={obj.slug}"


@admin.register(Language)
class LanguageAdmin(HouseAdmin):
    list_display = ["name"]
    search_fields = ["name"]

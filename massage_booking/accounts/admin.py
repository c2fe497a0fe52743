"""People in the admin: accounts that sign in, and clients. No health answers here, nor a way to them."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from massage_booking.accounts import services
from massage_booking.accounts.forms import ClientForm, UserForm
from massage_booking.accounts.models import Client, User
from massage_booking.accounts.permissions import roles
from massage_booking.core import clock
from massage_booking.core.admin_base import HouseAdmin

# Roles are ticks on the account; addresses and second factors hang on the account too, and hold secrets.
for unwanted in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(unwanted):
        admin.site.unregister(unwanted)


@admin.register(User)
class UserAdmin(HouseAdmin):
    form = UserForm
    list_display = ["email", "name", "role", "second_factor", "is_active", "last_login"]
    list_filter = ["is_staff", "is_desk", "is_active"]
    list_select_related = ["therapist"]
    search_fields = ["email", "name", "phone"]
    readonly_fields = ["role", "second_factor", "last_login", "date_joined"]
    actions = ["forget_second_factors"]
    fieldsets = [
        ("Who", {"fields": ["email", "name", "phone"]}),
        (
            "May do",
            {
                "fields": ["is_desk", "is_staff", "is_active", "role"],
                "description": "Somebody becomes a therapist on the therapist's page, where the account is chosen.",
            },
        ),
        (
            "Signing in",
            {
                "fields": ["second_factor", "last_login", "date_joined"],
                "description": "With a code mailed to the address: no password is ever set. Staff add a second factor.",
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        return super().get_queryset(request).annotate(has_factor=Exists(factors))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what a person did here stays theirs; untick “active” instead

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = ["is_staff", "is_active"] if obj is not None and obj.pk == request.user.pk else []
        return [*self.readonly_fields, *own]  # nobody locks themselves out

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            services.open_account(user=obj, now=clock.now())
            return
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            services.keep_address(user=obj)

    @admin.display(description="role")
    def role(self, obj: User) -> str:
        therapist = getattr(obj, "therapist", None)
        told = ["therapist"] if therapist is not None and therapist.is_active else []
        told += ["front desk"] if obj.is_desk else []
        told += ["admin"] if obj.is_staff else []
        return ", ".join(told) or "client"

    @admin.display(description="second factor")
    def second_factor(self, obj: Any) -> str:
        if getattr(obj, "has_factor", False):
            return "yes"
        return "not yet" if obj.pk and roles(obj).staff else ""

    @admin.action(description="Forget the second factor (a lost phone)")
    def forget_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.forget_second_factors(user=user)
            self.log_change(request, user, "Forgot the second factor.")
        messages.success(request, "Done. They are asked to set up a new one when they sign in.")


@admin.register(Client)
class ClientAdmin(HouseAdmin):
    form = ClientForm
    list_display = ["name", "date_of_birth", "email", "phone", "account", "relation"]
    list_filter = ["relation", "is_claimed"]
    list_select_related = ["account"]
    search_fields = ["name", "email", "phone", "account__email"]
    autocomplete_fields = ["account"]
    fieldsets = [
        ("Who", {"fields": ["name", "date_of_birth"]}),
        ("Contact", {"fields": ["email", "phone"], "description": "With an address, whoever has no account gets one."}),
        ("Looked after by", {"fields": ["account", "relation"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        return super().get_queryset(request).filter(confirmed_at__isnull=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # erasing a person is more than a row

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # An account reads the answers of its clients: once it has one, a client is not handed to another here.
        return ["account"] if obj is not None and obj.account_id else []

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = obj.confirmed_at = clock.now()
        super().save_model(request, obj, form, change)
        services.tell_of_birthday(client=obj, before=form.initial.get("date_of_birth"))
        if obj.account is None:
            services.set_contact(client=obj, email=obj.email, phone=obj.phone, now=clock.now())

"""Rule versions for admins, to be read only. Nothing else of screening is shown here: health answers have one door."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from massage_booking.core.wording import full_date
from screening.models import RuleVersion


@admin.register(RuleVersion)
class RuleVersionAdmin(admin.ModelAdmin):
    list_display = ["label", "status", "published_at", "sign_off"]
    list_filter = ["status"]
    fields = (
        "label", "status", "created_at", "published_at",
        "signed_off_by", "signed_off_licence", "signed_off_on", "checksum",
    )  # fmt: skip
    readonly_fields = tuple(fields)

    @admin.display(description="signed off")
    def sign_off(self, version: RuleVersion) -> str:
        """Name who signed and when, or say that pages call the rules a draft."""
        if version.signed_off_on is None:
            return "Not yet: pages call these rules a draft for review"
        return f"{version.signed_off_by}, {full_date(version.signed_off_on)}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

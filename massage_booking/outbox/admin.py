"""Messages for admins: when, to whom, how it went. What they say is not shown."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from massage_booking.core import clock
from massage_booking.core.errors import Refused
from massage_booking.outbox import services
from massage_booking.outbox.models import Message

WHY_NOT = {
    "cannot_be_composed_again": "A sign-in code is sent once only: ask for a new one on the sign-in page.",
    "is_being_sent": "It is being sent at this moment.",
}


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["kind", "recipient", "due_at", "status", "attempts", "sent_at", "error"]
    list_filter = ["status", "kind"]
    search_fields = ["recipient", "key"]
    date_hierarchy = "due_at"
    actions = ["send_again"]
    # Everything but `sealed`, and everything to be read only.
    readonly_fields = (
        "kind", "recipient", "status", "due_at", "sent_at", "attempts", "error",
        "key", "subject_id", "revision", "message_id", "created_at",
    )  # fmt: skip
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Send again", permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Owe the chosen messages once more; each is composed anew and may turn out not to be needed."""
        now = clock.now()
        sent = 0
        for message in queryset:
            try:
                services.resend(message=message, now=now)
                sent += 1
            except Refused as refused:
                messages.warning(request, f"{message.kind} to {message.recipient}: {WHY_NOT[refused.code]}")
        if sent:
            messages.success(request, f"Will be sent again within a minute: {sent}.")

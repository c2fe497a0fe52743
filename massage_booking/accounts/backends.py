"""Who may edit in the admin: there is one kind of admin, and it may edit everything that is registered there."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from massage_booking.accounts.permissions import is_admin


class AdminsMayEdit(BaseBackend):
    """Grant every model permission to whoever has “admin” ticked. Signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active and is_admin(user_obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and is_admin(user_obj))

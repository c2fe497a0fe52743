"""The admin site: behind the same door as every staff page, its index in the order of the work."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from massage_booking.accounts.permissions import is_admin, staff_obstacle

# Apps by label, models by class name: the order of the index. What is not named comes last, by name.
ORDER: dict[str, tuple[str, ...]] = {
    "studio": ("Studio", "Location", "Room"),
    "therapists": ("Therapist", "Service", "Technique", "Specialty", "TherapistSpecialty", "Language"),
    "accounts": ("User", "Client"),
    "screening": ("RuleVersion", "RuleCase"),
    "massage_sessions": (),
    "outbox": (),
}


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


class HouseAdminSite(AdminSite):
    """Strangers get 404; staff sign in anew after a working day and need their second factor."""

    site_header = "Admin"
    site_title = "Admin"
    index_title = "What this studio is made of"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return is_admin(request.user) and request.user.is_active

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return staff_obstacle(request) or inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show no form of its own: a mailed code and the second factor are asked for elsewhere."""
        home = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(home)
        if not self.has_permission(request):
            raise Http404
        return redirect(home)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = self._build_app_dict(request, app_label).values()
        order = tuple(ORDER)
        found = sorted(apps, key=lambda app: (_place(app["app_label"], order), app["name"]))
        for app in found:
            models = ORDER.get(app["app_label"], ())
            app["models"].sort(key=lambda model: (_place(model["object_name"], models), model["name"]))
        return found

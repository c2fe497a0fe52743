"""What every page of the admin shares: saving on top, and a kind no when something in use would be deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import PROTECT, Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def uses_of(objects: Iterable[Model]) -> list[str]:
    """Return what keeps rows from being deleted, counted: ["14 sessions", "a room"]. One query a relation."""
    rows = list(objects)
    found = []
    for relation in rows[0]._meta.related_objects if rows else []:
        if getattr(relation, "on_delete", None) is not PROTECT:
            continue
        model: Any = relation.related_model
        count = model._base_manager.filter(**{f"{relation.field.name}__in": rows}).count()
        if count:
            words = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            found.append(f"{count} {words}")
    return found


class HouseAdmin(admin.ModelAdmin):
    """The base of every model's admin. `instead_of_deleting` says what to do with a row that is in use."""

    save_on_top = True
    list_per_page = 50
    instead_of_deleting = ""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count what stands in the way instead of listing it: a service may have thousands of sessions."""
        in_use = uses_of(objs)
        if in_use:
            return [], {}, set(), in_use
        return super().get_deleted_objects(objs, request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "instead_of_deleting": self.instead_of_deleting}
        return super().delete_view(request, object_id, context)


class UsedStay(BaseInlineFormSet):
    """Rows of an inline that are in use cannot be ticked away."""

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            in_use = uses_of([form.instance]) if form.instance.pk else []
            if in_use:
                raise ValidationError(f"“{form.instance}” is used by {', '.join(in_use)} and stays.")


class OneRowAdmin(HouseAdmin):
    """A table with one row: its list is the row itself, and the row can neither be added twice nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self.model._default_manager.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        row = self.model._default_manager.first()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        if row is None:
            messages.info(request, "Nothing is set yet: fill in the first page.")
            return redirect(f"{self.admin_site.name}:{name}_add")
        return redirect(f"{self.admin_site.name}:{name}_change", row.pk)

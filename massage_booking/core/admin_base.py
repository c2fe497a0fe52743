"""What every page of the admin shares: labels on every field, and a kind no when something in use would be deleted."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTimeWidget, BaseAdminTimeWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst


def uses_of(objects: Iterable[models.Model]) -> list[str]:
    """Return what keeps rows from being deleted, counted: ["14 sessions", "1 room"]. One query a relation."""
    rows = list(objects)
    found = []
    for relation in rows[0]._meta.related_objects if rows else []:
        if getattr(relation, "on_delete", None) is not models.PROTECT:
            continue
        model: Any = relation.related_model
        count = model._base_manager.filter(**{f"{relation.field.name}__in": rows}).count()
        if count:
            words = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            found.append(f"{count} {words}")
    return found


def label_widget(widget: Any, words: str) -> None:
    """Name a field that stands in a table without a label of its own."""
    inner = getattr(widget, "widget", widget)
    parts = (
        {"Date": inner.widgets[0], "Time": inner.widgets[1]} if isinstance(inner, AdminSplitDateTime) else {"": inner}
    )
    for part, each in parts.items():
        each.attrs.setdefault("aria-label", f"{words} {part}".strip())


class LabelledRows:
    """Give each field of each row of a table its name, for those who hear the page."""

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)  # type: ignore[misc]
        for name, field in form.fields.items():
            label_widget(field.widget, str(field.label or name.replace("_", " ")).capitalize())


class RowsFormSet(LabelledRows, BaseInlineFormSet):
    """Rows of an inline. Those that are in use cannot be ticked away."""

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            in_use = uses_of([form.instance]) if form.instance.pk else []
            if in_use:
                raise ValidationError(f"“{form.instance}” is in use and stays: {', '.join(in_use)}.")


class SplitMinutes(AdminSplitDateTime):
    """A date and a time without seconds."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.widgets = (self.widgets[0], BaseAdminTimeWidget(format="%H:%M"))


class RowsInline(admin.TabularInline):
    """Rows in a table: no seconds, no links into other pages, every field named."""

    formset = RowsFormSet
    extra = 0
    formfield_overrides = {
        models.TimeField: {"widget": AdminTimeWidget(format="%H:%M")},
        models.DateTimeField: {"widget": SplitMinutes},
    }

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        # Django's own look at a ticked row lists every use of it, one query each; the formset's `clean` counts them.
        formset.form = type("RowForm", (formset.form,), {"hand_clean_DELETE": lambda self: None})
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        for link in ("add", "change", "delete", "view"):
            if hasattr(widget, f"can_{link}_related"):
                setattr(widget, f"can_{link}_related", False)
        return field


# Model -> where whoever has saved one of its rows should look next: an address, or nothing.
Lead = Callable[[Any], str]
_leads: dict[type[models.Model], Lead] = {}


def after_saving(model: type[models.Model]) -> Callable[[Lead], Lead]:
    """Name the function that says where to look after a row was saved in the admin.

    Apps further up register theirs, so that a page of this app can lead there without knowing them.
    """

    def keep(lead: Lead) -> Lead:
        _leads[model] = lead
        return lead

    return keep


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

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        lead = _leads.get(self.model)
        stays = any(name in request.POST for name in ("_continue", "_addanother", "_popup"))
        address = lead(obj) if lead is not None and not stays else ""
        return redirect(address) if address else response

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "instead_of_deleting": self.instead_of_deleting}
        return super().delete_view(request, object_id, context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        return type("LabelledFormSet", (LabelledRows, formset), {})


class OneRowAdmin(HouseAdmin):
    """A table with one row: its list is the row itself, and the row can neither be added twice nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.model._default_manager.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        row = self.model._default_manager.first()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        if row is None:
            messages.info(request, "Nothing is set yet: fill in the first page.")
            return redirect(f"{self.admin_site.name}:{name}_add")
        return redirect(f"{self.admin_site.name}:{name}_change", row.pk)

"""The form of the screen: groups, the order in them, and what is shown only under another row."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from screening.admin.fields import MOST_PLACES, all_valid, line, lock, name_for_readers, row_choices
from screening.admin.words import Choices
from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.rulework.layout import GroupEdit, PlaceEdit, ScreenEdit

NEW: Final = "+"


class GroupForm(forms.Form):
    title = line("Title", longest=80)
    place = forms.IntegerField(label="Place", min_value=1, max_value=MOST_PLACES)


class NewGroupForm(forms.Form):
    title = line("Title of a new group", required=False, longest=80)
    place = forms.IntegerField(label="Place", min_value=1, max_value=MOST_PLACES, required=False)


class PlaceForm(forms.Form):
    """Where one row stands."""

    place = forms.IntegerField(label="Place", min_value=1, max_value=MOST_PLACES)
    group = forms.ChoiceField(label="Group")
    under = forms.ChoiceField(label="Only once ticked", required=False)

    def __init__(self, *args: Any, groups: Choices, parents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = groups  # type: ignore[attr-defined]
        self.fields["under"].choices = [("", "always"), *parents]  # type: ignore[attr-defined]


class ScreenForms:
    """All groups and rows of the screen, as one thing to be valid or not."""

    def __init__(self, rules: Rules, edit: ScreenEdit, data: Any = None, *, read_only: bool = False) -> None:
        self.rules, self.screen = rules, edit
        names = dict(row_choices(rules))
        self.groups = {
            group.id: GroupForm(data, initial={"title": group.title, "place": group.place}, prefix=f"group-{group.id}")
            for group in edit.groups
        }
        self.new = NewGroupForm(data, prefix="new")
        choices = [(group.id, group.title) for group in edit.groups] + [(NEW, "the new group")]
        first, today = first_group(rules).codes, today_group(rules).codes
        under = rules.screen.shown_only_with
        parents = [(code, f"with “{name}”") for code, name in names.items() if code not in (*first, *today, *under)]
        self.rows = {
            place.code: PlaceForm(
                data,
                initial={"place": place.place, "group": place.group, "under": place.under},
                prefix=f"row-{place.code}",
                groups=choices,
                parents=[pair for pair in parents if pair[0] != place.code],
            )
            for place in edit.rows
        }
        for id_, group in self.groups.items():
            name_for_readers(group, next(one.title for one in edit.groups if one.id == id_))
        for code, row in self.rows.items():
            name_for_readers(row, names[code])
        if read_only:
            for form in (*self.groups.values(), self.new, *self.rows.values()):
                lock(form)

    @property
    def sections(self) -> Iterator[dict[str, Any]]:
        """Yield each group with its forms, for the page."""
        names = dict(row_choices(self.rules))
        first, today = first_group(self.rules).id, today_group(self.rules).id
        for group in self.screen.groups:
            rows = [
                {"code": row.code, "name": names[row.code], "form": self.rows[row.code], "under": row.under}
                for row in self.screen.rows
                if row.group == group.id
            ]
            yield {
                "id": group.id,
                "title": group.title,
                "form": self.groups[group.id],
                "rows": rows,
                "is_first": group.id == first,
                "is_today": group.id == today,
            }

    def is_valid(self) -> bool:
        """Check every form, so that every fault is named at once."""
        if not all_valid([*self.groups.values(), self.new, *self.rows.values()]):
            return False
        wants_new = [row for row in self.rows.values() if row.cleaned_data["group"] == NEW]
        if wants_new and not self.new.cleaned_data["title"]:
            self.new.add_error("title", "Give the new group a title.")
            return False
        if self.new.cleaned_data["title"] and not wants_new:
            self.new.add_error("title", "A group without rows would not be there: move a row into it.")
            return False
        return True

    @property
    def edit(self) -> ScreenEdit:
        groups = [
            GroupEdit(id_, form.cleaned_data["title"], form.cleaned_data["place"]) for id_, form in self.groups.items()
        ]
        new = self.new.cleaned_data
        if new["title"]:
            groups.append(GroupEdit("", new["title"], new["place"] or max(group.place for group in groups)))
        rows = [
            PlaceEdit(
                code,
                "" if found["group"] == NEW else found["group"],
                found["place"],
                found["under"],
            )
            for code, found in ((code, form.cleaned_data) for code, form in self.rows.items())
        ]
        return ScreenEdit(tuple(groups), tuple(rows))

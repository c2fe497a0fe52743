"""What an example client says about conditions that the version at hand does not have."""

from collections.abc import Mapping
from typing import Any

from django import forms

from screening.admin.fields import ticks
from screening.domain.rules import Rules
from screening.rulework.cases import TICKED, CaseEdit


class ForeignForm(forms.Form):
    """Ticks of conditions that are gone from this version, or not yet there: kept, unless they are to be left out."""

    def __init__(self, *args: Any, rules: Rules, before: CaseEdit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [*before.ticks, *before.body_map, *before.answer_age_days]
        choices = [(code, _named(code, before)) for code in dict.fromkeys(named) if code not in rules.rows]
        if choices:
            self.fields["leave_out"] = ticks("Leave out", choices)

    def kept(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a part of the client without what is to be left out."""
        left_out = self.cleaned_data.get("leave_out", ())
        return {code: value for code, value in given.items() if code not in left_out}


def _named(code: str, before: CaseEdit) -> str:
    answer = before.ticks.get(code, TICKED)
    return code if answer == TICKED else f"{code}: {answer}"

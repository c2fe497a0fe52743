"""Forms about money: what was paid and how, and why a fee is let go."""

from decimal import Decimal
from typing import Any

from django import forms

from massage_booking.core import amounts
from sessions.forms.anyway import NO_HEALTH, key_field, reason_field
from sessions.models import PaidHow


class PaidForm(forms.Form):
    """An amount in the session's currency, and the way it came."""

    amount = forms.CharField(
        label="Amount",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "form-control num"}),
    )
    currency = forms.CharField(max_length=3, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label="How",
        choices=PaidHow.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Choose how it was paid.", "invalid_choice": "Choose how it was paid."},
    )
    note = forms.CharField(
        label="Note",
        max_length=120,
        required=False,
        help_text="For example the number of the voucher.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    key = key_field()

    def __init__(self, *args: Any, currency: str, due: Decimal, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"amount": amounts.plain(due, currency), "currency": currency})
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_currency(self) -> str:
        if self.cleaned_data["currency"] != self.currency:
            raise forms.ValidationError("This session is paid in another currency. Please look at it again.")
        return self.currency

    def clean_amount(self) -> Decimal:
        amount = amounts.read(self.cleaned_data["amount"], self.currency)
        if amount is None:
            raise forms.ValidationError("Write an amount as on a receipt, for example 68 or 68.50.")
        return amount


class WaiveForm(forms.Form):
    """Why nothing is asked of somebody. The client reads it too."""

    reason = reason_field("Why is it let go?", help_text=f"The client can read it too. {NO_HEALTH}")


class CancelForm(forms.Form):
    """Whose wish it was to cancel, where a late wish of the client's has a fee."""

    WISHED, LET_GO, OURS = "wished", "let_go", "ours"
    whose = forms.ChoiceField(
        label="Whose wish is it?",
        choices=[
            (WISHED, "The client’s: the fee is due"),
            (LET_GO, "The client’s, and the fee is let go"),
            (OURS, "Ours: there is no fee"),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose whose wish it is."},
    )
    reason = reason_field("Why is the fee let go?", required=False)

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("whose") == self.LET_GO and not self.cleaned_data.get("reason") and not self.errors:
            self.add_error("reason", "Please write a few words: why?")

    @property
    def no_fee_because(self) -> str | None:
        """Return it as `changes.cancel` wants it."""
        chosen = self.cleaned_data["whose"]
        if chosen == self.OURS:
            return None
        return str(self.cleaned_data["reason"]) if chosen == self.LET_GO else ""

"""The small form that goes before the form for the doctor."""

from django import forms


class RequestForm(forms.Form):
    """Who the doctor is, and who sent the client: printed on the form, kept sealed."""

    doctor = forms.CharField(
        label="Who will fill it in?",
        required=False,
        max_length=120,
        help_text="Name of your doctor, nurse or midwife. You may leave it empty.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    referral = forms.CharField(
        label="Did somebody send you to us?",
        required=False,
        max_length=300,
        help_text="Such as “my physiotherapist, for the shoulder”. It is printed on the form.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

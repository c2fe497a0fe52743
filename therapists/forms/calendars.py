"""Calendars kept elsewhere, as forms: by their address, or as a file."""

from django import forms

from massage_booking.core.errors import Refused
from therapists.domain.addresses import LONGEST, NotAllowed, tidy
from therapists.fetching import MOST_BYTES
from therapists.messages import SENTENCES, sentence


class AddressForm(forms.Form):
    """An address that a calendar can be read from."""

    # Text, not a field for addresses: those may begin with webcal:// too.
    url = forms.CharField(
        label="Address",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="From https:// or webcal:// to the end. Calendars call it “secret address” or “link in iCal format”.",
    )
    name = forms.CharField(label="Name", required=False, max_length=80, help_text="For you to recognise it by.")

    def clean_url(self) -> str:
        try:
            return tidy(self.cleaned_data["url"])
        except NotAllowed as error:
            raise forms.ValidationError(SENTENCES[str(error)]) from error


class FileForm(forms.Form):
    """A file that a calendar was saved to."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text="Ends in .ics, at most 5 MB. The file itself is not kept.",
    )
    name = forms.CharField(label="Name", required=False, max_length=80, help_text="For you to recognise it by.")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(sentence(Refused("file_too_big")))
        data: bytes = file.read()
        return data

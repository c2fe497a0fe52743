"""The admin's form of a session: another time, therapist or place, checked against everything but hours and grid."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from massage_booking.core import clock
from massage_booking.core.admin_base import label_widget
from massage_booking.studio import selectors as studio_selectors
from sessions import staff_messages
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.models.session import CLIENT_GUARD, PLACE_GUARD, THERAPIST_GUARD
from sessions.selectors import exact, offer, phone, who
from sessions.services import locks, overriding
from therapists.eligibility import eligibility_windows
from therapists.models import Therapist

CLASHES: Final = {
    THERAPIST_GUARD: "The therapist has another session, or its turnover, at that time.",
    PLACE_GUARD: "This place is taken at that time.",
    CLIENT_GUARD: "The client has another session at that time.",
}


class SessionForm(forms.ModelForm):
    """What may be changed of a session that is booked or asked for. The client is told of a change."""

    class Meta:
        model = MassageSession
        fields = ["therapist", "place", "starts_at", "ends_at", "blocked_until", "override_reason"]
        labels = {
            "starts_at": "From",
            "ends_at": "To",
            "blocked_until": "Turnover until",
            "override_reason": "Why against the usual times",
        }
        help_texts = {"override_reason": "Needed outside hours, grid and horizon. Staff read it: nothing about health."}
        # Somebody was faster than our look: PostgreSQL's own check finds it, and would name its constraint.
        error_messages = {NON_FIELD_ERRORS: CLASHES}

    assessment = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # A date and a time share one label in the admin; each needs its own.
            if isinstance(field, forms.SplitDateTimeField):
                label_widget(field.widget, str(field.label))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or not self.has_changed():
            return data
        moments = [data.get(name) for name in ("starts_at", "ends_at", "blocked_until")]
        if None in moments:
            return data
        if not moments[0] < moments[1] <= moments[2]:  # type: ignore[operator]
            self.add_error("ends_at", "It must end after it begins, and the turnover after that.")
            return data
        self._check_free(data)
        if not self.errors:
            self._check_safe(data)
        if not self.errors:
            self._check_times(data)
        return data

    def _check_times(self, data: dict[str, Any]) -> None:
        """Ask why, where it is put against hours, grid or horizon."""
        found = exact.against_hours(
            therapist=data["therapist"], starts_at=data["starts_at"], ends_at=data["ends_at"], now=clock.now()
        )
        if not found:
            data["override_reason"] = ""
        elif len(data["override_reason"].strip()) < overriding.SHORTEST:
            words = "; ".join(staff_messages.against(found, []))
            self.add_error("override_reason", f"It goes against the usual times ({words}). Please write why.")

    def _check_free(self, data: dict[str, Any]) -> None:
        session = self.instance
        span = locks.Span(
            therapist_id=data["therapist"].pk,
            place_id=data["place"].pk if data["place"] else None,
            client_id=session.client_id,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            blocked_until=data["blocked_until"],
        )
        guard = locks.look_again(span=span, now=clock.now(), without=session.pk)
        if guard:
            self.add_error("starts_at", CLASHES[guard])

    def _check_safe(self, data: dict[str, Any]) -> None:
        """Hold the session to certificates and to what the client's answers allow on that day."""
        session, starts_at, therapist = self.instance, data["starts_at"], data["therapist"]
        day = starts_at.astimezone(studio_selectors.require().tz).date()
        window = eligibility_windows(service=session.service).get(therapist.pk)
        if window is None or (window[1] is not None and day > window[1]):
            self.add_error(
                "therapist", "This therapist does not give this service, or the certificate ends before that day."
            )
        self.assessment = phone.assessor(client=session.client, now=clock.now())(starts_at)
        self._check_who(therapist, day)
        if self.assessment is None:
            return
        minutes = int((data["ends_at"] - starts_at).total_seconds() // 60)
        if self.assessment.refusals(session.service.technique.screened_as, minutes) or not self.assessment.may_book:
            self.add_error("starts_at", staff_messages.SENTENCES["screening"])

    def _check_who(self, therapist: Therapist, day: date) -> None:
        """Hold it to who may give a session to this client. Why not is said no more than to the desk."""
        session = self.instance
        found = who.stands_against(
            client=session.client,
            therapist=therapist,
            service=session.service,
            day=day,
            needs=offer.needs_of(self.assessment),
        )
        if found is not None and found is not Against.NOT_TRAINED:
            self.add_error("therapist", staff_messages.SENTENCES[found.value])

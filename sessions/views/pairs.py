"""The parts of staff pages that say with whom: a client's wish, and who are not booked together any more."""

from typing import Any

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from sessions.forms.choice import GENDERS
from sessions.forms.wishes import ApartForm, GenderForm
from sessions.models import ApartSide, MassageSession
from sessions.selectors import who, wishes
from therapists.models import Therapist

# What the desk calls the sides.
SIDES = {
    ApartSide.CLIENT.value: "the client’s wish",
    ApartSide.THERAPIST.value: "the therapist’s wish",
    ApartSide.STUDIO.value: "the studio’s decision",
}


def desk_context(client: Client) -> dict[str, Any]:
    """Return what the desk's page of a client shows of wishes. Who wished it is for the desk alone."""
    kept = wishes.kept_apart(client=client, now=clock.now())
    wish = who.wish_of(client)
    return {
        "wish": GENDERS.get(wish, ""),
        "gender_form": GenderForm(initial={"gender": wish}),
        "apart_form": ApartForm(therapists=Therapist.objects.filter(is_active=True), staff=True),
        "kept_apart": [(row, SIDES[row.apart.side]) for row in kept],
    }


def own_context(session: MassageSession) -> dict[str, Any]:
    """Return what a therapist's page of a session shows: their own wish alone, and what is booked all the same."""
    if session.client is None:
        return {}
    now = clock.now()
    together = wishes.booked_together(client=session.client, therapists=[session.therapist], now=now)
    return {
        "is_apart": wishes.is_apart(client=session.client, therapist=session.therapist, side=ApartSide.THERAPIST),
        "booked_together": together,
    }

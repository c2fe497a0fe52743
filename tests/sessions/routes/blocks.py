"""What can stand against a session, and what the calendar says of one day."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from screening import services as screening
from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.models import BookingStop
from sessions.models import MassageSession
from sessions.services import changes, health
from tests import cast
from tests.sessions.routes.ways import Case

# A Tuesday in a week, at ten: far enough for no question about today.
DAY = cast.at(10, days=8)
Block = Callable[[cast.House, Client], None]


def answers(**rows: GivenRow) -> Block:
    return lambda house, client: cast.answer(client, rows)


def stopped(house: cast.House, client: Client) -> None:
    BookingStop.objects.create(client=client, made_at=cast.NOW)
    health.judge_again(client=client, now=cast.NOW)


def pending(house: cast.House, client: Client) -> None:
    screening.end_answers(client=client, codes=["nerve_damage"], trigger=Trigger.DIAGNOSIS, now=cast.NOW)


BLOCKS: dict[str, Block] = {
    "refused with a message": answers(saddle_numbness_bladder=GivenRow(answer="New or changed")),
    "refused without one": answers(cancer=GivenRow(answer="Cancer has spread to my bones or spine")),
    "a wait that outlasts the day": answers(
        recent_fracture=GivenRow(
            answer="Spine, rib, pelvis, hip, collarbone or shoulder blade, within 12 weeks", event_on=date(2026, 5, 20)
        )
    ),
    "a wait for which nothing is held": answers(severe_pain=GivenRow(answer="Not sure")),
    "stopped": stopped,
    "a technique ruled out": answers(osteoporosis=GivenRow(answer="No, thin bones but no fractures")),
    "answers to be given again": pending,
}


def case_of(house: cast.House, client: Client | None = None) -> Case:
    return Case(house, client or house.nadia, house.deep, DAY)


def on_the_day(client: Client | None = None) -> list[tuple[str, bool]]:
    """Return what is in the calendar for somebody on the day: status, and whether a letter is waited for."""
    found = MassageSession.objects.filter(starts_at=DAY).exclude(status__in=["cancelled", "held"])
    rows = found.filter(client=client) if client else found.filter(client__isnull=False)
    return [(one.status, one.clearance_until is not None) for one in rows]


def begin(session: MassageSession) -> None:
    """Ask aloud whether anything has changed, and begin."""
    now = cast.at(13, days=8)
    for act in (changes.asked_again, changes.start):
        found = MassageSession.objects.select_related("decision", "client", "service__technique").get(pk=session.pk)
        more = {"unchanged": True} if act is changes.asked_again else {}
        with suppress(Refused):
            act(session=found, actor=None, by="therapist", now=now, **more)


def young(house: cast.House, born: date, *, consent: bool) -> Client:
    client = cast.make_client("Mia Rahman", account=house.nadias_account, born=born, relation="child")
    cast.answer(client)
    if consent:
        screening.give_guardian_consent(
            client=client, name="Nadia Rahman", relation="parent", child_agrees=True, given_by=house.nadias_account,
            now=cast.NOW,
        )  # fmt: skip
    return client

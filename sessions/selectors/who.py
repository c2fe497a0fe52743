"""Who may give a service to a client at all, by `domain.who`. Times are for others to say."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import FilteredRelation, Q, QuerySet

from massage_booking.accounts.models import Client, Relation
from massage_booking.core.prepared import Prepared, a_day, a_key
from screening.assessment import Assessment
from sessions.domain.who import NOBODY_YET, Against, Asker, Giver, against
from sessions.models import Apart, ClientWish
from sessions.selectors import guardians, one_person
from therapists import eligibility
from therapists.eligibility import Windows
from therapists.models import Service, Therapist


def givers(
    *,
    service: Service,
    therapist: Therapist | None,
    young: Client | None,
    day: date,
    gender: str = "",
    windows: Windows | None = None,
) -> Windows:
    """Return who may give a service to a client, or the one asked for, with the last day of the certificate needed.

    `young` is the client, or for whom a time is held; `gender` is asked for this once, over a standing wish. What the
    answers of a day ask for, and the end of certificates, is for each start to say. One query beside the therapists',
    which a page that has asked already hands over as `windows`.
    """
    only = therapist.pk if therapist is not None else None
    found = eligibility.eligibility_windows(service=service, only=only) if windows is None else windows
    windows = {key: window for key, window in found.items() if therapist is None or key == therapist.pk}
    asker = asker_of(young, [person for person, _ in windows.values()], day=day, gender=gender)
    named = therapist is not None
    return {
        key: window
        for key, window in windows.items()
        if _stands(against(giver_of(window[0]), asker, day=day, is_named=named), is_named=named)
    }


def _stands(found: Against | None, *, is_named: bool) -> bool:
    """Say whether a therapist is looked at: who asks for the own guardian by name is told why not."""
    return found is None or (is_named and found is Against.GUARDIAN)


def giver_of(therapist: Therapist, last_day: date | None = None) -> Giver:
    """Return a therapist as the rule knows them. They must come from `therapists.eligibility`."""
    return Giver(therapist.pk, therapist.gender, last_day, eligibility.trained_until(therapist))


def asker_of(client: Client | None, therapists: Collection[Therapist], *, day: date, gender: str = "") -> Asker:
    """Return what a client brings. One query; none where nobody is known yet."""
    if client is None or client.pk is None:
        return Asker(gender=gender) if gender else NOBODY_YET
    wish, apart = _wish_and_apart(client)
    watching = guardians.among(therapists, client=client, day=day)
    return Asker(frozenset(apart), frozenset(watching), gender or wish)


def _wish_and_apart(client: Client) -> tuple[str, set[int]]:
    """Return the gender wished for, and whom the client is apart from, under whatever record of the person."""
    if _is_own(client):
        assert client.account_id is not None and client.date_of_birth is not None
        rows = _BROUGHT_BY_OWN.rows(client=client.pk, account=client.account_id, born=client.date_of_birth)
    else:
        rows = _BROUGHT.rows(client=client.pk)
    wish = next((gender or "" for key, gender, _ in rows if key == client.pk), "")
    return wish, {therapist for _, _, therapist in rows if therapist is not None}


def _is_own(client: Client) -> bool:
    """Say whether a client is proved to be the account's own person, who may have other records."""
    is_known = client.account_id is not None and client.date_of_birth is not None
    return is_known and client.is_claimed and client.relation == Relation.SELF


def _brought(records: Q) -> QuerySet[Client, Any]:
    standing = FilteredRelation("apart", condition=Q(apart__ended_at=None))
    rows = Client.objects.filter(records).annotate(standing=standing)
    return rows.values_list("pk", "wish__therapist_gender", "standing__therapist")


def _brought_by_own(*, client: int, account: int, born: date) -> QuerySet[Client, Any]:
    others = Q(account_id=account, date_of_birth=born, is_claimed=True, relation=Relation.SELF)
    return _brought(Q(pk=client) | others)


_BROUGHT: Final = Prepared(lambda client: _brought(Q(pk=client)), client=a_key())
_BROUGHT_BY_OWN: Final = Prepared(_brought_by_own, client=a_key(1), account=a_key(2), born=a_day())


def stands_against(
    *,
    client: Client | None,
    therapist: Therapist,
    service: Service,
    day: date,
    needs: Collection[str] = (),
    is_named: bool = True,
    gender: str = "",
) -> Against | None:
    """Return what stands against one therapist for a client on a day. One query, and one more where training counts."""
    if not eligibility.is_certified(therapist=therapist, service=service, day=day):
        return Against.NOT_TRAINED
    giver = Giver(therapist.pk, therapist.gender, None, eligibility.trainings_of(therapist) if needs else {})
    asker = asker_of(client, [therapist], day=day, gender=gender)
    return against(giver, asker, day=day, needs=needs, is_named=is_named)


def against_today(*, client: Client, therapist: Therapist, service: Service, assessment: Assessment) -> Against | None:
    """Return the same for a therapist asked for by name, by what the answers ask for on the day they were judged."""
    needs, day = assessment.trainings_needed, assessment.for_date
    return stands_against(client=client, therapist=therapist, service=service, day=day, needs=needs)


def offered_to(
    *,
    client: Client | None,
    service: Service,
    day: date,
    needs: Collection[str] = (),
    windows: Windows | None = None,
) -> list[Therapist]:
    """Return whom a client may ask for by name, as far as is known of them. Two queries at most for an adult."""
    windows = eligibility.eligibility_windows(service=service) if windows is None else windows
    asker = asker_of(client, [person for person, _ in windows.values()], day=day)
    return [
        person
        for person, last_day in windows.values()
        if _stands(against(giver_of(person, last_day), asker, day=day, needs=needs, is_named=True), is_named=True)
    ]


def not_apart(*, client: Client, therapists: Iterable[Therapist]) -> list[Therapist]:
    """Return the therapists whom a client is not apart from, for a list that stands before a service is chosen."""
    _, apart = _wish_and_apart(client)
    return [person for person in therapists if person.pk not in apart]


def wish_of(client: Client | None) -> str:
    """Return the gender that a client wishes for, by their own record; nothing without a wish."""
    if client is None or client.pk is None:
        return ""
    return ClientWish.objects.filter(client=client).values_list("therapist_gender", flat=True).first() or ""


def apart_known(*, client: Client, therapist: Therapist) -> bool:
    """Say whether the two are apart, also by a proved record of what may be the same person (see `one_person`)."""
    records = [client.pk, *(one.pk for one in [*one_person.known_of(client), *one_person.same_as(client)])]
    return Apart.objects.filter(client__in=records, therapist=therapist, ended_at=None).exists()

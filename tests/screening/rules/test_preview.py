"""What the preview says is what publishing does: to every session, whatever was answered and whatever was edited."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from massage_booking.core.errors import DomainError
from screening import effects, selectors
from screening import services as screening
from screening.document import GivenRow
from screening.domain.rules import Rules
from screening.models import RuleVersion
from screening.rulebook import parsed_rules, published_rules
from screening.rulework import ages, book, checks, layout, rows
from screening.rulework.files import RuleFiles
from screening.services import rules as drafts
from sessions.models import MassageSession
from sessions.services import health, rejudging
from tests import cast
from tests.screening.letters.sent import BONES

NOW = cast.NOW
Answers = dict[str, GivenRow]


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


def kept_with() -> dict[int, tuple[Any, ...]]:
    """Return what of each session is to be seen: its state, what stands against it, what is asked, its limits."""
    found: dict[int, tuple[Any, ...]] = {}
    for session in MassageSession.objects.select_related("decision"):
        made = session.decision
        assert made is not None
        limits = (
            made.max_pressure, made.avoid_areas, made.avoid_techniques, made.max_minutes,
            made.guardian_in_room, made.guardian_on_premises,
        )  # fmt: skip
        is_held_back = session.held_back_at is not None
        shown = None if is_held_back or session.status == "cancelled" else (session.re_ask_due, limits)
        found[session.pk] = (session.status, is_held_back, session.clearance_until is not None, shown)
    return found


def edited(answers: dict[str, str], code: str, *, label: str = "summer", **limits: Any) -> RuleVersion:
    """Make a draft in which some answers of a row mean something else."""
    published = RuleVersion.objects.get(status="published")
    opened = book.opened(RuleFiles.of(published))
    edit = rows.row_edit(opened, code)
    assert edit is not None
    changed = tuple(
        replace(one, **_meaning(answers[one.answer])) if one.answer in answers else one for one in edit.answers
    )
    after = rows.with_row(opened, replace(edit, answers=changed, default_outcome="modify", **limits))
    return drafts.new_draft(files=book.written(after), base=published, label=label, note="", by=None, now=NOW)


def _meaning(outcome: str) -> dict[str, Any]:
    waits = {"wait_days": 30, "ends_when": "a month has passed"} if outcome == "defer" else {"wait_days": None}
    return {"outcome": outcome, "message": "", "pressure": "", "areas": None, "techniques": None, **waits}


def moves(draft: RuleVersion, *, now: Any = NOW) -> dict[int, tuple[str, ...]]:
    """Look at the preview, publish, and hold both together; return what was said of each session that moved."""
    sessions = {
        (session.starts_at, session.client.name): session.pk  # type: ignore[union-attr]
        for session in MassageSession.objects.select_related("client")
    }
    found = effects.preview(draft, parsed_rules(draft), now)
    said = {sessions[one.starts_at, one.who]: one.how for one in found.moved}
    before = kept_with()
    RuleVersion.objects.filter(status="published").update(status="retired")
    RuleVersion.objects.filter(pk=draft.pk).update(status="published")
    rejudging.judge_under_published(now=now)
    after = kept_with()
    assert set(said) == {pk for pk in before if before[pk] != after[pk]}, (said, before, after)
    return said


# --- Whatever was answered, whatever was edited -----------------------------


def people(house: cast.House, chance: Random) -> list[Client]:
    born = [cast.date(chance.choice([1950, 1980, 1990, 2010]), 5, 1) for _ in range(6)]
    made = [
        cast.make_client(f"Guest {number}", account=cast.make_user(f"g{number}@x.example", f"Guest {number}"), born=day)
        for number, day in enumerate(born)
    ]
    return [house.nadia, house.ben, *made]


def answered(rules: Rules, chance: Random) -> Answers:
    given: Answers = {}
    for code in chance.sample([code for code in rules.rows if code not in rules.set_by_age], chance.choice([0, 1, 2])):
        options = rules.rows[code].options
        sites = frozenset({"arms"}) if code in rules.site_specific else None
        given[code] = GivenRow(chance.choice(options).answer if options else None, date_unsure=True, sites=sites)
    return given


def booked(house: cast.House, chance: Random) -> list[str]:
    """Let people answer and book what they may; return the rows that were ticked."""
    _, rules = published_rules()
    ticked: list[str] = []
    for number, client in enumerate(people(house, chance)):
        given = answered(rules, chance)
        ticked += given
        cast.answer(client, given)
        for days in (1, 3, 14):
            try:
                cast.book(house, client=client, starts_at=cast.at(9 + number, days=days))
            except DomainError:
                continue
    return sorted(set(ticked) & {code for code, row in rules.rows.items() if row.has_question}) or ["heartburn"]


def any_edit(codes: list[str], chance: Random) -> RuleVersion:
    """Change what some answers of one of the rows mean, as far as the rules stay rules."""
    _, rules = published_rules()
    while True:
        code = chance.choice(codes)
        meanings = ["clear", "modify", "clearance", "defer", "refuse"]
        given = {option.answer: chance.choice(meanings) for option in rules.rows[code].options if chance.random() < 0.6}
        areas = tuple(chance.sample(["neck", "hips", "legs"], 2))
        try:
            return edited(given, code, areas=areas, max_pressure=chance.choice(["light", "medium", "firm"]))
        except checks.RulesRefused:
            continue


@pytest.mark.parametrize("seed", [2, 14, 20, 48, 54, 58])
def test_the_preview_names_the_sessions_that_publishing_moves_and_no_other(house: cast.House, seed: int) -> None:
    chance = Random(seed)
    codes = booked(house, chance)
    assert MassageSession.objects.exists()

    moves(any_edit(codes, chance))


# --- Rarer moves, one by one ------------------------------------------------


def test_a_time_kept_for_a_letter_is_booked_where_none_is_needed_any_more(house: cast.House) -> None:
    child = cast.make_client("Tom Kelly", account=house.bens_account, born=cast.date(2014, 5, 1), relation="child")
    screening.give_guardian_consent(
        client=child, name="Ben Kelly", relation="parent", child_agrees=True, given_by=house.bens_account, now=NOW
    )
    cast.answer(child, back_pain=True)
    short = cast.make_service(minutes=30, price=Decimal("40.00"))
    house.ana.services.add(short)
    session = cast.book(house, client=child, starts_at=cast.at(10, days=14), service=short)
    assert session.clearance_until is not None

    said = moves(with_back_pain_checked_below(12))

    assert said == {session.pk: ("kept for a letter → booked",)}
    assert MassageSession.objects.get(pk=session.pk).status == "booked"


def with_back_pain_checked_below(age: int) -> RuleVersion:
    """Make a draft in which only younger children need a letter for their back pain."""
    published = RuleVersion.objects.get(status="published")
    opened = book.opened(RuleFiles.of(published))
    edit = ages.ages_edit(opened)
    rules = tuple(replace(rule, below_age=age) if rule.kind == ages.LETTER else rule for rule in edit.ages)
    files = book.written(ages.with_ages(opened, replace(edit, ages=rules)))
    return drafts.new_draft(files=files, base=published, label="summer", note="", by=None, now=NOW)


def test_a_time_kept_for_a_letter_is_asked_about_first_where_its_row_changed(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=14))

    said = moves(edited({answer_of(BONES): "modify"}, "osteoporosis"))

    assert said[session.pk][0] == "re-ask due: to be asked again before it starts"
    assert MassageSession.objects.get(pk=session.pk).status == "requested"


def test_a_time_kept_for_a_letter_that_would_not_help_any_more_is_held_back(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=14))

    said = moves(edited({answer_of(BONES): "refuse"}, "osteoporosis"))

    assert said == {session.pk: ("kept for a letter → held back (not possible online)",)}


def answer_of(rows: Answers) -> str:
    (given,) = rows.values()
    assert given.answer is not None
    return given.answer


MIGRAINE = {"migraine": GivenRow("Yes", event_on=NOW.date())}


def test_a_time_held_for_a_wait_that_ends_in_vain_under_the_new_rules_is_given_back(house: cast.House) -> None:
    cast.answer(house.nadia, MIGRAINE)
    session = cast.book(house, starts_at=cast.at(10, days=14))
    assert session.decision is not None and session.decision.held_until_answered is not None

    said = moves(edited({"Yes": "refuse"}, "migraine"), now=NOW + timedelta(days=2))

    assert said == {session.pk: ("its time is given back, free of charge (not possible online)",)}
    assert MassageSession.objects.get(pk=session.pk).status == "cancelled"


def test_the_answers_of_somebody_who_may_be_the_same_person_are_weighed_in_the_preview_too(house: cast.House) -> None:
    cast.answer(house.nadia, {"heartburn": GivenRow("Yes")})
    guest = cast.make_client(
        "Nadia R", account=house.nadia.account, born=house.nadia.date_of_birth, relation="self", is_claimed=False
    )
    Client.objects.filter(pk=house.nadia.pk).update(is_claimed=True, confirmed_at=NOW)
    cast.answer(guest)
    session = cast.book(house, client=guest, starts_at=cast.at(10, days=14))
    health.judge_again(client=guest, now=NOW)

    said = moves(edited({}, "heartburn", areas=("abdomen", "neck")))

    assert said == {
        session.pk: ("re-ask due: to be asked again before it starts", "tightened: leave alone neck"),
    }


def test_somebody_who_is_changing_their_answers_is_asked_already(house: cast.House) -> None:
    cast.answer(house.nadia, {"heartburn": GivenRow("Yes")})
    session = cast.book(house, starts_at=cast.at(10, days=14))
    screening.start_or_resume(client=house.nadia, today=NOW.date(), now=NOW)
    health.judge_again(client=house.nadia, now=NOW)

    said = moves(edited({}, "heartburn", areas=("abdomen", "neck")))

    assert said == {session.pk: ("tightened: leave alone neck",)}


def test_a_condition_that_only_stands_elsewhere_on_the_screen_moves_nothing_and_asks_nobody(house: cast.House) -> None:
    cast.answer(house.nadia, {"heartburn": GivenRow("Yes")})
    cast.book(house, starts_at=cast.at(10, days=14))
    published = RuleVersion.objects.get(status="published")
    opened = book.opened(RuleFiles.of(published))
    edit = layout.screen_edit(opened)
    places = tuple(replace(row, group="skin", place=9) if row.code == "heartburn" else row for row in edit.rows)
    files = book.written(layout.with_screen(opened, replace(edit, rows=places)))
    draft = drafts.new_draft(files=files, base=published, label="summer", note="", by=None, now=NOW)

    assert moves(draft) == {}
    assert not selectors.needs_screening(client=house.nadia, now=NOW)

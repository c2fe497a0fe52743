"""What the table of conditions does not hold: techniques, the back, and what follows from a report after a session."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser

from screening.domain.after_session import next_step
from screening.domain.enums import Pressure
from screening.domain.reports import STANDARD, Kind
from screening.models import RuleVersion
from screening.rulebook import difference_between, parsed_rules
from screening.rulework import checks
from screening.rulework.files import RuleFiles, packed, with_uploads
from screening.vault import Reader
from sessions.models import MassageSession
from sessions.selectors import aftercare
from sessions.services import reports
from tests import cast
from tests.reading import text_of
from tests.screening.rules.helpers import address, filled


def stored(draft: RuleVersion) -> RuleVersion:
    return RuleVersion.objects.get(pk=draft.pk)


def saved(admin: Browser, draft: RuleVersion, name: str, **changes: Any) -> Any:
    path = address(name, draft.pk)
    return admin.post(path, filled(admin, path, **changes), follow=True)


def test_a_technique_needs_other_pressure(admin: Browser, draft: RuleVersion, published: RuleVersion) -> None:
    changes = {
        "techniques-least_thai": "firm",
        "techniques-least_sports": "",
        "techniques-back_areas": ["mid_back", "lower_back"],
        "techniques-prenatal_only_if": "postpartum",
    }

    page = saved(admin, draft, "techniques", **changes)

    assert "Saved. Areas and techniques: Areas of the back: taken away upper back." in text_of(page)
    assert difference_between(published, stored(draft)).sentences() == [
        "Areas and techniques: Areas of the back: taken away upper back.",
        "Areas and techniques: Sports needs medium → any pressure.",
        "Areas and techniques: Thai needs medium → firm.",
        "Areas and techniques: The pregnancy massage hangs on “Pregnant, or think so” → “Gave birth in 12 weeks”.",
    ]
    rules = parsed_rules(stored(draft))
    assert rules.pressure_rules_out[Pressure.MEDIUM].techniques == {"deep_tissue", "thai"}


def test_a_back_of_no_areas_is_refused(admin: Browser, draft: RuleVersion, files: RuleFiles) -> None:
    page = saved(admin, draft, "techniques", **{"techniques-back_areas": None})

    assert "Tick at least one area." in text_of(page)
    assert RuleFiles.of(stored(draft)) == files


SKIN = {
    "report-skin-words": "A rash or a reaction of the skin",
    "report-skin-messages": ["U2"],
    "report-skin-asks": ["allergies"],
    "report-skin-calls": "on",
}


def test_what_follows_from_a_report_is_the_clinicians(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    saved(admin, draft, "afterwards", **SKIN)

    where = "After a session: “A rash or a reaction of the skin”"
    assert difference_between(published, stored(draft)).sentences() == [
        "After a session: A report reworded.",
        f"{where}, messages: added U2.",
        f"{where}, asked again: taken away Eczema, psoriasis or acne on the back.",
        f"{where} now asks the therapist to call within one working day.",
    ]
    step = next_step(parsed_rules(stored(draft)), [Kind.SKIN])
    assert (step.messages, step.asks, step.calls, step.stops_product) == (("U2",), ("allergies",), True, True)
    assert next_step(parsed_rules(published), [Kind.SKIN]).messages == ()


def test_a_table_of_ones_own_goes_out_and_in_byte_for_byte(admin: Browser, draft: RuleVersion) -> None:
    assert "after_session" not in json.loads(draft.extra_json), "the guide's own needs no place in the file"
    saved(admin, draft, "afterwards", **SKIN)
    own = RuleFiles.of(stored(draft))

    assert with_uploads(RuleFiles.of(draft), [("rules.zip", packed(own))]) == own
    saved(admin, draft, "afterwards")
    assert RuleFiles.of(stored(draft)) == own


def test_a_report_that_was_made_keeps_the_words_it_was_made_with(
    house: cast.House, monday: Any, admin: Browser, draft: RuleVersion
) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    MassageSession.objects.update(status="done")
    session.refresh_from_db()
    later = cast.at(12, days=2)
    told = reports.report(
        session=session, kinds=[Kind.SKIN], words="", actor=None, by="client", now=later, form_key="a" * 22
    )
    saved(admin, draft, "afterwards", **SKIN)
    RuleVersion.objects.filter(status="published").update(status="retired")
    RuleVersion.objects.filter(pk=draft.pk).update(status="published")

    opened = aftercare.open_report(told, reader=Reader.of(house.ana.user, "therapist"), purpose="a report", now=later)

    assert (opened.kinds, opened.messages, opened.stops_product) == (("A skin reaction",), (), True)


def test_a_message_that_a_report_shows_cannot_be_taken_away(admin: Browser, draft: RuleVersion) -> None:
    page = admin.get(address("texts", draft.pk)).content.decode()

    assert "After a session: A swollen leg or pain in the calf" in page


def in_table(files: RuleFiles, **changes: Any) -> RuleFiles:
    """Give the rules a table of their own, with some values of its report about a swollen leg changed."""
    entries = []
    for report in STANDARD:
        then = report.then
        entry = {
            "report": report.kind.value, "words": report.words, "messages": list(then.messages),
            "messages_for_therapist": list(then.messages_for_therapist), "asks": list(then.asks),
            "stops_booking": then.stops_booking, "needs_review": then.needs_review, "calls": then.calls,
            "stops_product": then.stops_product,
        }  # fmt: skip
        entries.append({**entry, **changes} if report.kind is Kind.LEG else entry)
    extra = {**json.loads(files.extra_json), "after_session": entries}
    return replace(files, extra_json=json.dumps(extra))


FAULTS = {
    "an emergency that can be booked on": ({"messages": ["E1"], "stops_booking": False}, "shows an emergency message"),
    "a stop that nobody looks at": ({"needs_review": False}, "a therapist must look before it goes on"),
    "an unknown message": ({"messages": ["U9"]}, "names an unknown message 'U9'"),
    "an unknown row": ({"asks": ["hope"]}, "asks 'hope' again, which nobody is asked"),
    "a row of the age": ({"asks": ["child_under_8"]}, "asks 'child_under_8' again"),
    "no words": ({"words": " "}, "words of after_session entry 7 must not be empty"),
    "words of another": ({"words": "A skin reaction"}, "Two reports after a session have the same words"),
    "a placeholder": ({"words": "Call {PHONE}"}, "has a placeholder"),
    "two of a kind": ({"report": "mild"}, "after_session must name the report 'leg' once."),
    "an unknown kind": ({"report": "joy"}, "report of after_session entry 7 is 'joy'"),
    "an unknown key": ({"colour": "red"}, "has an unknown key 'colour'"),
    "no flag": ({"calls": "yes"}, "calls of after_session entry 7 must be true or false"),
}


@pytest.mark.parametrize(("changes", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_report_that_breaks_a_promise_is_named(files: RuleFiles, changes: dict[str, Any], said: str) -> None:
    assert checks.checked(in_table(files)).extra.after_session == STANDARD
    with pytest.raises(checks.RulesRefused) as refused:
        checks.checked(in_table(files, **changes))
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_a_condition_that_goes_is_not_asked_after_a_session_either(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    saved(admin, draft, "afterwards", **SKIN)
    path = address("row_remove", draft.pk, "allergies")
    assert "After a session these reports no longer ask it again: A rash" in text_of(admin.get(path))

    assert admin.post(path, filled(admin, path)).status_code == 302

    table = json.loads(stored(draft).extra_json)["after_session"]
    assert not any("allergies" in entry["asks"] for entry in table)

"""The result page as data: an outcome in kind words, limits with their reasons, and what to do next."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from massage_booking.core.wording import area_names, full_date, long_date, small_number
from screening import flow, words
from screening.assessment import Assessment
from screening.document import Document
from screening.domain.answers import ClientAnswers
from screening.domain.booking_ahead import Block
from screening.domain.eligibility import TOO_LONG
from screening.domain.enums import Level, Outcome, Pressure
from screening.domain.evaluate import evaluate
from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict
from screening.domain.wording import NO_DATES, Contacts, ShownMessage, words_for
from screening.flow import Visit

URGENT_IN_WORDS: Final = "an urgent-care line"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something still to be done before booking, and the page that does it."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session must keep to, each with its reason in words."""

    pressure: str
    pressure_means: str
    pressure_why: str
    areas: tuple[str, ...]
    areas_why: list[tuple[str, str]]
    positions: list[str]
    techniques_why: list[tuple[str, str]]
    left: list[tuple[str, bool]]
    max_minutes: int | None
    presence: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the page shows. With `nothing_else` only the messages; `next_url` is empty where there is no way on."""

    outcome: str
    badge: str
    title: str
    sentences: tuple[str, ...]
    messages: tuple[ShownMessage, ...]
    advice: tuple[str, ...]
    nothing_else: bool
    is_emergency: bool
    limits: Limits | None = None
    chosen_is_out: str = ""
    letters: list[str] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    good_until: date | None = None
    next_url: str = ""
    next_label: str = ""
    unsigned_note: str = ""
    may_change: bool = True
    back_to: str = "screening:questions"


def contacts_of(here: Visit) -> Contacts:
    """Return the studio's numbers, in words where one is not set."""
    studio = here.request.studio  # type: ignore[attr-defined]
    if studio is None:
        return Contacts(emergency="112", urgent=URGENT_IN_WORDS, phone="the studio")
    return Contacts(
        emergency=studio.emergency_number, urgent=studio.urgent_number or URGENT_IN_WORDS, phone=studio.phone
    )


def result_of(here: Visit, assessment: Assessment) -> Result:
    """Lay out what the answers mean for the session that is being booked."""
    rules, verdict = assessment.parsed, assessment.verdict
    wording = words_for(
        rules, verdict, contacts_of(here), format_date=lambda day: full_date(day), dates=assessment.ahead.dates()
    )
    sentences = wording.sentences
    if verdict.headline is Outcome.MODIFY and assessment.may_choose_time:
        sentences = (*sentences, _how_many(verdict))
    outcome = _outcome(assessment)
    if outcome != assessment.outcome:
        sentences = (words.AGE_LIMITS, *sentences)
    next_name = flow.next_name(here.request)
    goes_on = assessment.may_choose_time or not here.is_booking
    return Result(
        outcome=outcome,
        badge=words.BADGES[outcome],
        title=_title(assessment),
        sentences=sentences,
        messages=wording.messages,
        advice=wording.advice,
        nothing_else=wording.nothing_else,
        is_emergency=wording.is_emergency,
        limits=_limits(rules, verdict, here.wanted.technique) if verdict.headline < Outcome.DEFER else None,
        chosen_is_out=_chosen_is_out(here, assessment),
        letters=words.labels(rules, verdict.missing_clearance),
        matters=_matters(assessment),
        facts=words.facts(rules, verdict),
        good_until=_good_until(assessment) if verdict.headline < Outcome.DEFER else None,
        next_url=reverse(next_name) if goes_on else "",
        next_label=flow.NEXT_STEPS[next_name],
        unsigned_note="" if here.version.signed_off_on else words.UNSIGNED,
        back_to=_page_of_message(rules, verdict),
    )


def too_young(here: Visit) -> Result:
    """Return the page for a child for whom nothing can be booked, and of whom nothing is asked."""
    verdict = evaluate(here.rules, ClientAnswers(age=here.age))
    wording = words_for(here.rules, verdict, contacts_of(here), format_date=full_date, dates=NO_DATES)
    return Result(
        outcome=verdict.headline.value,
        badge=words.BADGES["refuse"],
        title=words.TOO_YOUNG_TITLE,
        sentences=wording.sentences,
        messages=(),
        advice=wording.advice,
        nothing_else=False,
        is_emergency=False,
        may_change=False,
    )


def _page_of_message(rules: Rules, verdict: Verdict) -> str:
    """Return the page on which the answer stands that brought a message, for those who ticked it by mistake."""
    codes = {row.code for row in verdict.rows if row.message}
    if codes & set(first_group(rules).codes):
        return "screening:now"
    return "screening:today" if codes & set(today_group(rules).codes) else "screening:questions"


def _outcome(assessment: Assessment) -> str:
    """Return the outcome as the page shows it: clear answers still come with the limits that an age sets."""
    verdict = assessment.verdict
    is_limited = (
        verdict.max_minutes is not None
        or verdict.guardian_in_room
        or verdict.guardian_on_premises
        or verdict.max_pressure < Pressure.FIRM
    )
    return "modify" if assessment.outcome == "clear" and is_limited else assessment.outcome


def _chosen_is_out(here: Visit, assessment: Assessment) -> str:
    """Return a sentence on why the wanted technique or its length is not for these answers, or nothing."""
    technique, minutes = here.wanted.technique, here.wanted.minutes
    if not technique:
        return ""
    too_long = [found for found in assessment.refusals(technique, minutes) if found.code == TOO_LONG]
    length = words.why_not(assessment.parsed, too_long[0]) if too_long else ""
    return assessment.why_not(technique) or length


def _title(assessment: Assessment) -> str:
    if assessment.verdict.messages and assessment.outcome in ("defer", "refuse", "clearance"):
        level = min(assessment.parsed.messages[id_].level for id_ in assessment.verdict.messages)
        return words.MESSAGE_TITLES[level.value if level is not Level.EMERGENCY else "urgent"]
    if assessment.outcome in ("clear", "modify") and not assessment.may_choose_time:
        return words.OPEN_TITLE
    return words.TITLES[_outcome(assessment)]


def _how_many(verdict: Verdict) -> str:
    count = len([row for row in verdict.rows if row.outcome.is_live])
    if count == 0:
        return ""
    return f"{small_number(count).capitalize()} of your answers {'shapes' if count == 1 else 'shape'} this session."


def _limits(rules: Rules, verdict: Verdict, chosen: str) -> Limits:
    presence = ""
    if verdict.guardian_in_room:
        presence = "A parent or guardian stays in the room."
    elif verdict.guardian_on_premises:
        presence = "A parent or guardian is on the premises, and in the room if either of you asks."
    pressure = verdict.max_pressure.value
    return Limits(
        pressure=pressure,
        pressure_means=words.PRESSURE_MEANS.get(pressure, ""),
        pressure_why=words.pressure_because(rules, verdict) if pressure != "firm" else "",
        areas=verdict.avoid_areas,
        areas_why=words.areas_because(rules, verdict),
        positions=[note.text for note in verdict.position_notes],
        techniques_why=words.techniques_because(rules, verdict),
        left=words.techniques_left(verdict, chosen),
        max_minutes=verdict.max_minutes,
        presence=presence,
    )


def _matters(assessment: Assessment) -> list[Matter]:
    """List what is still to be done, with the page for it; waits, refusals and letters have their own words."""
    pages = {
        Block.INCOMPLETE: ("screening:questions", "Back to the questions"),
        Block.OUT_OF_DATE: ("screening:questions", "Look at them again"),
        Block.WHOLE_FORM: ("screening:questions", "Go through the questions"),
        Block.TODAYS_ROWS: ("screening:today", "Answer four questions about today"),
        Block.GUARDIAN_CONSENT: ("screening:consent", "To the guardian’s part"),
    }
    blocks = [block for block in assessment.blocks if block in pages]
    return [Matter(words.OPEN_MATTERS[block], reverse(pages[block][0]), pages[block][1]) for block in blocks]


def _good_until(assessment: Assessment) -> date | None:
    """Return the last day on which no answer is out of date yet, None where nothing is ticked."""
    dated_on = {row.code for row in assessment.verdict.rows if row.code in assessment.parsed.rows}
    ends = [
        answered_on + timedelta(days=assessment.parsed.rows[code].valid_for_days)
        for code, answered_on in assessment.answered_on.items()
        if code in dated_on
    ]
    return min(ends, default=None)


# --- The account's page -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One stored answer in words."""

    condition: str
    answer: str
    where: str
    when: str
    answered_on: date


def answers_in_words(rules: Rules, document: Document) -> list[Answer]:
    """List what is kept of a client, in the order of the rules."""
    found = []
    for code in rules.rows:
        row = document.rows.get(code)
        if row is None:
            continue
        given = row.given
        day = given.event_on or given.due_or_birth_on
        nowhere = "" if given.sites is None else "Not on a listed area"
        found.append(
            Answer(
                condition=words.label_of(rules, code),
                answer=given.answer or "Ticked",
                where=area_names(given.sites) if given.sites else nowhere,
                when=long_date(day) if day else "",
                answered_on=row.answered_on,
            )
        )
    return found

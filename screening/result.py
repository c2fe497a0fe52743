"""The result page as data: an outcome in kind words, limits with their reasons, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from massage_booking.core.wording import clock_time, full_date, long_date, small_number
from massage_booking.studio.models import Studio
from screening import ahead, flow, words
from screening.assessment import Assessment
from screening.domain.answers import ClientAnswers
from screening.domain.booking_ahead import Block
from screening.domain.eligibility import TOO_LONG
from screening.domain.enums import Level, Outcome, Pressure
from screening.domain.evaluate import evaluate
from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict
from screening.domain.wording import NO_DATES, Contacts, Dates, ShownMessage, Wording, fill, words_for
from screening.flow import Visit
from screening.limit_words import Limits, limits_of

URGENT_IN_WORDS: Final = "an urgent-care line"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something still to be done before booking, and the page that does it."""

    text: str
    url: str = ""
    label: str = ""


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


def contacts_of(studio: Studio | None) -> Contacts:
    """Return the studio's numbers, in words where one is not set."""
    if studio is None:
        return Contacts(emergency="112", urgent=URGENT_IN_WORDS, phone="the studio")
    return Contacts(
        emergency=studio.emergency_number, urgent=studio.urgent_number or URGENT_IN_WORDS, phone=studio.phone
    )


def _studio(here: Visit) -> Studio | None:
    return getattr(here.request, "studio", None)


def help_of(rules: Rules, ids: Iterable[str], studio: Studio | None) -> tuple[ShownMessage, ...]:
    """Return the texts of messages with the studio's numbers in them, as answers outside the form bring them."""
    contacts = contacts_of(studio)
    found = [rules.messages[id_] for id_ in ids]
    return tuple(ShownMessage(one.id, one.level, fill(one.text, contacts)) for one in found)


def result_of(here: Visit, assessment: Assessment) -> Result:
    """Lay out what the answers mean for the session that is being booked."""
    rules, verdict = assessment.parsed, assessment.verdict
    if Block.STOPPED in assessment.blocks and not verdict.messages:
        return stopped(here)
    wording = words_for(
        rules, verdict, contacts_of(_studio(here)), format_date=full_date, dates=_dates(here, assessment)
    )
    outcome = _outcome(assessment)
    next_name = flow.next_name(here.request)
    goes_on = assessment.may_choose_time or not here.is_booking
    return Result(
        outcome=outcome,
        badge=words.BADGES[outcome],
        title=_title(assessment),
        sentences=_sentences(assessment, wording),
        messages=wording.messages,
        advice=wording.advice,
        nothing_else=wording.nothing_else,
        is_emergency=wording.is_emergency,
        limits=limits_of(rules, verdict, here.wanted.technique) if verdict.headline < Outcome.DEFER else None,
        chosen_is_out=_chosen_is_out(here, assessment),
        letters=words.labels(rules, verdict.missing_clearance),
        matters=[*_held_back(here), *_matters(assessment)],
        facts=words.facts(rules, verdict),
        good_until=_good_until(assessment) if verdict.headline < Outcome.DEFER else None,
        next_url=reverse(next_name) if goes_on else "",
        next_label=flow.NEXT_STEPS[next_name],
        unsigned_note="" if here.version.signed_off_on else words.UNSIGNED,
        back_to=_page_of_message(rules, verdict),
    )


def _sentences(assessment: Assessment, wording: Wording) -> tuple[str, ...]:
    """Return the words under the title: those of the rules, and what comes of them here."""
    rules, verdict, sentences = assessment.parsed, assessment.verdict, wording.sentences
    if verdict.headline is Outcome.MODIFY and assessment.may_choose_time:
        sentences = (*sentences, _how_many(verdict))
    if verdict.headline is Outcome.DEFER and not verdict.messages:
        after = [wait.code for wait in assessment.ahead.waits if wait.then_clearance]
        sentences = (*sentences, *words.then_letter(rules, after))
    if _outcome(assessment) != assessment.outcome:
        sentences = (words.AGE_LIMITS, *sentences)
    return sentences


def stopped(here: Visit) -> Result:
    """Return the page while nothing may be booked until somebody has spoken with the client."""
    return Result(
        outcome=Outcome.REFUSE.value,
        badge=words.STOPPED_BADGE,
        title=words.STOPPED_TITLE,
        sentences=(fill(words.STOPPED_TEXT, contacts_of(_studio(here))),),
        messages=(),
        advice=(),
        nothing_else=True,
        is_emergency=False,
    )


def too_young(here: Visit) -> Result:
    """Return the page for a child for whom nothing can be booked, and of whom nothing is asked."""
    verdict = evaluate(here.rules, ClientAnswers(age=here.age))
    wording = words_for(here.rules, verdict, contacts_of(_studio(here)), format_date=full_date, dates=NO_DATES)
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


def _dates(here: Visit, assessment: Assessment) -> Dates:
    """Return the dates of the wording: the first day for what is wanted, and how long a place is kept for a letter."""
    dates = assessment.ahead.dates(_held_days(here))
    if dates.wait_ends_on is None:
        return dates
    day = _earliest(here, assessment) or dates.wait_ends_on
    # A wait that is over has no date any more: its question is open, and says so below.
    return replace(dates, wait_ends_on=day if day > here.today else None)


def _held_days(here: Visit) -> int | None:
    """Return for how many whole days a place is kept for a letter; None where none is being booked, or for less."""
    studio, wanted = _studio(here), here.wanted
    if studio is None or not here.is_booking:
        return None
    if wanted.starts_at is None:
        return studio.clearance_days
    return ((wanted.kept_until - here.now).days or None) if wanted.kept_until else None


def _earliest(here: Visit, assessment: Assessment) -> date | None:
    """Return the first day for the wanted technique and length, where something is wanted, else after all waits."""
    if not here.wanted.technique:
        return assessment.earliest
    return assessment.earliest_for(here.wanted.technique, here.wanted.minutes).day


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
    why = assessment.why_not(technique) or length
    day = _earliest(here, assessment) if why else None
    return f"{why} You can have it from {full_date(day)}." if day and day > here.today else why


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


def _matters(assessment: Assessment) -> list[Matter]:
    """List what is still to be done, with the page for it; waits, refusals and letters have their own words."""
    pages = {
        Block.INCOMPLETE: ("screening:reask", "To the question"),
        Block.OUT_OF_DATE: ("screening:reask", "Answer them again"),
        Block.WHOLE_FORM: ("screening:questions", "Go through the questions"),
        Block.TODAYS_ROWS: ("screening:today", "Answer four questions about today"),
        Block.GUARDIAN_CONSENT: ("screening:consent", "To the guardian’s part"),
    }
    blocks = [block for block in assessment.blocks if block in pages]
    return [Matter(words.OPEN_MATTERS[block], reverse(pages[block][0]), pages[block][1]) for block in blocks]


def _held_back(here: Visit) -> list[Matter]:
    """List the sessions ahead that cannot go ahead with these answers, for whoever may open their pages."""
    if not here.request.user.is_authenticated:
        return []
    found = [item for item in ahead.find(here.client, here.now) if item.is_held_back]
    times = [f"{long_date(item.starts_at, here.zone)}, {clock_time(item.starts_at, here.zone)}" for item in found]
    return [
        Matter(f"Your session on {time} cannot go ahead as it is.", item.url, "See what is possible")
        for time, item in zip(times, found, strict=True)
    ]


def _good_until(assessment: Assessment) -> date | None:
    """Return the last day on which no answer is out of date yet, None where nothing is ticked."""
    dated_on = {row.code for row in assessment.verdict.rows if row.code in assessment.parsed.rows}
    ends = [
        answered_on + timedelta(days=assessment.parsed.rows[code].valid_for_days)
        for code, answered_on in assessment.answered_on.items()
        if code in dated_on
    ]
    return min(ends, default=None)

"""Check what the code and the guide take for granted about a rule version beyond the agreement of its files.

`parse_rules` refuses what could not be evaluated; this refuses what could be evaluated and would still do harm: a row
that can never be answered, a wait that never ends, a text with a place that nobody fills in. Published versions are
not judged by it again, so that a new promise here never takes the rules away from a running studio.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from massage_booking.core.vocabulary import AREA_LABELS, TECHNIQUE_LABELS
from screening.domain.enums import Level, Outcome, Pressure
from screening.domain.rule_reports import problems_of_reports
from screening.domain.rule_texts import problems_of_texts
from screening.domain.rule_types import ANY_ANSWER, NOT_SURE, AgeRule, Deferral, Row
from screening.domain.rules import Rules
from screening.domain.stages import BIRTH_CODE, PREGNANCY_CODE, STAGE_ANSWERS

MOST_ROWS: Final = 200
MOST_DAYS: Final = 3650
MOST_AHEAD_HOURS: Final = 14 * 24
MOST_MINUTES: Final = 240
LONGEST_CODE: Final = 60
LONGEST_ANSWER: Final = 300
# As many as there is room for in the forms: what found none would be lost with the next save.
MOST_ANSWERS: Final = 20
MOST_MESSAGES: Final = 60
ADULT_AGE: Final = 18
# Rows whose own question asks for a date that the code counts from; any other row's would be asked and forgotten.
_DATED_ROWS: Final = (PREGNANCY_CODE, BIRTH_CODE)
_KINDS_OF_DATES: Final = ("event", "symptom_end")
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MESSAGE_ID: Final = re.compile(r"[A-Z][0-9]{1,2}")


def problems_of_invariants(rules: Rules) -> Iterator[str]:
    """Yield a sentence for each broken promise of rules that parse."""
    if len(rules.rows) > MOST_ROWS:
        yield f"The rule table has {len(rules.rows)} rows; more than {MOST_ROWS} cannot be asked of anybody."
    for row in rules.rows.values():
        yield from _row(rules, row)
    yield from _names(rules)
    yield from _vocabulary(rules)
    yield from _waits(rules)
    yield from _messages(rules)
    yield from _screen(rules)
    yield from _day_of(rules)
    yield from _ages(rules)
    yield from problems_of_reports(rules)
    yield from problems_of_texts(rules)


def notices_of(rules: Rules) -> Iterator[str]:
    """Yield what a clinician should know although nothing is wrong."""
    row = rules.rows.get(PREGNANCY_CODE)
    if row is not None and any(row.outcome_of(stage) is None for stage in STAGE_ANSWERS):
        yield (
            f"“{row.label}” has other stages than {', '.join(STAGE_ANSWERS)}: the answer stays as given until it is "
            "asked again, instead of moving on with the weeks."
        )
    used = {trigger.message for trigger in rules.extra.message_triggers}
    for report in rules.extra.after_session:
        used |= {*report.then.messages, *report.then.messages_for_therapist}
    for id_ in rules.messages:
        if id_ not in used:
            yield f"No answer shows the message {id_}."


def _row(rules: Rules, row: Row) -> Iterator[str]:
    where = f"Row {row.code!r}"
    if len(row.code) > LONGEST_CODE:
        yield f"{where}: a code has at most {LONGEST_CODE} letters."
    if row.default_outcome is Outcome.CLEAR:
        yield f"{where} is clear until its question is answered, so that a tick would mean nothing."
    if not row.has_question and row.default_outcome is Outcome.DEFER:
        yield f"{where} defers without a question, so that its wait would never end."
    for option in row.options:
        if len(option.answer) > LONGEST_ANSWER:
            yield f"{where}: the answer that begins {option.answer[:40]!r} is longer than {LONGEST_ANSWER} letters."
        if option.answer == ANY_ANSWER:
            yield f"{where}: {ANY_ANSWER!r} stands for the tick itself and cannot be an answer."
        if ";" in option.answer or "=>" in option.answer:
            yield f"{where}: the answer {option.answer!r} holds ; or =>, which separate answers in the file."
    if len(row.options) > MOST_ANSWERS:
        yield f"{where} has {len(row.options)} answers; more than {MOST_ANSWERS} are too many to choose from."
    if row.has_question and len(row.options) < 2:
        yield f"{where}: a question needs at least one answer besides the last."
    if row.valid_for_days > MOST_DAYS:
        yield f"{where}: valid_for_days is more than {MOST_DAYS}."


def _names(rules: Rules) -> Iterator[str]:
    shown = [rules.screen.short_labels.get(code, row.label) for code, row in rules.rows.items()]
    for name, times in Counter(name.strip().casefold() for name in shown).items():
        if times > 1:
            yield f"Two rows have the same name in the list: {name!r}."
    for group in rules.screen.groups:
        if not _ID.fullmatch(group.id):
            yield f"The id of the group {group.id!r} is made of small letters, digits and underscores."
    for id_ in rules.messages:
        if not _MESSAGE_ID.fullmatch(id_):
            yield f"The id of the message {id_!r} is a capital letter and a number, such as U6."


def _vocabulary(rules: Rules) -> Iterator[str]:
    for name, known, words in (
        ("areas", AREA_LABELS, rules.extra.areas),
        ("techniques", TECHNIQUE_LABELS, rules.extra.techniques),
    ):
        for word in words:
            if word not in known:
                yield f"{name} names {word!r}, for which the pages have no word."
        for word in known:
            if word not in words:
                yield f"{name} lacks {word!r}, which the studio's pages know."
    for technique, least in rules.extra.technique_min_pressure.items():
        if least is Pressure.NONE:
            yield f"technique_min_pressure of {technique!r} cannot be none."


def _waits(rules: Rules) -> Iterator[str]:
    for wait in (*rules.extra.deferrals, *rules.extra.refuse_rescreens):
        yield from _at_most(wait.rescreen_after_days, f"The wait of {wait.code!r}, {wait.answer!r}")
    for code, days in rules.extra.clearance_valid_days.items():
        yield from _at_most(days, f"The letter lifetime of {code!r}")
    timed: Iterable[Deferral] = rules.extra.refuse_rescreens
    for wait in timed:
        effect = rules.effect_of(wait.code, wait.answer)
        if effect.message is not None and effect.message.level is Level.EMERGENCY:
            yield f"{wait.code!r}, {wait.answer!r} shows an emergency message, so it cannot end by itself with time."


def _at_most(days: int, where: str) -> Iterator[str]:
    if days > MOST_DAYS:
        yield f"{where} is {days} days; more than {MOST_DAYS} is a mistake."


def _messages(rules: Rules) -> Iterator[str]:
    if len(rules.messages) > MOST_MESSAGES:
        yield f"There are {len(rules.messages)} messages; more than {MOST_MESSAGES} are too many."
    for message in rules.messages.values():
        if message.level is Level.EMERGENCY and "{EMERGENCY}" not in message.text:
            yield f"The emergency message {message.id} does not say whom to call: it lacks {{EMERGENCY}}."
    for trigger in rules.extra.message_triggers:
        if trigger.answer == ANY_ANSWER and rules.rows[trigger.code].has_question:
            yield f"The tick of {trigger.code!r} shows a message although it has answers of its own."


def _screen(rules: Rules) -> Iterator[str]:
    groups = rules.screen.groups
    today = set(rules.extra.booking_ahead.ask_within_codes)
    for group in groups:
        if not group.codes:
            yield f"The group {group.title!r} has no rows."
    if not groups or not today:
        yield "The screen needs a first group, and booking_ahead.ask_within_codes must not be empty."
        return
    first = groups[0]
    if set(first.codes) == today:
        yield "The questions about today cannot be the first group of the screen."
    if len(groups) < 3:
        yield "The screen needs at least one group between the first and the questions about today."
    emergencies = {
        effect.code
        for effect in rules.effects.values()
        if effect.message is not None and effect.message.level is Level.EMERGENCY
    }
    for code in first.codes:
        # It is asked alone, before anything else, and a refusal there ends the form.
        if code not in emergencies or rules.rows[code].default_outcome is not Outcome.REFUSE:
            yield f"{code!r} cannot stand in the first group: that is for emergencies, which refuse until answered."
    for child, parent in rules.screen.shown_only_with.items():
        # Both pages look at the rows of their group alone.
        if parent in first.codes or parent in today:
            yield f"{child!r} cannot hang on {parent!r}: the first group and today's have no rows under others."


def _day_of(rules: Rules) -> Iterator[str]:
    extra = rules.extra
    for code in extra.booking_ahead.ask_within_codes:
        if code not in extra.arrival_check_codes:
            yield f"{code!r} is about today, so it must be asked on the day too (arrival_check_codes)."
        if code in extra.arrival_only_if_ticked:
            yield f"{code!r} is about today, so it is asked of everybody on the day, not only where it is ticked."
    for code in (*extra.arrival_check_codes, *extra.arrival_question.reasks, *extra.site_specific_codes):
        if code in rules.set_by_age:
            yield f"{code!r} follows from the date of birth, so it can be neither asked on the day nor marked."
    if extra.booking_ahead.ask_within_hours > MOST_AHEAD_HOURS:
        yield f"ask_within_hours is more than {MOST_AHEAD_HOURS}: answers about today would be given too early."
    if extra.booking_ahead.reminder_hours_before > extra.booking_ahead.ask_within_hours:
        yield "The reminder cannot ask about today earlier than booking does (reminder_hours_before, ask_within_hours)."
    for code in rules.screen.groups[0].codes if rules.screen.groups else ():
        if code not in extra.arrival_check_codes or code in extra.arrival_only_if_ticked:
            yield f"{code!r} is asked first, of everybody, so it is asked of everybody on the day too."
    for code in _DATED_ROWS:
        if code in rules.rows and code not in extra.date_questions:
            yield f"{code!r} needs a question for a date: what it means changes by the week."
    for code in extra.date_questions:
        if code not in (*_KINDS_OF_DATES, *_DATED_ROWS):
            yield f"date_questions of {code!r} would ask for a date that nothing counts from."


def _ages(rules: Rules) -> Iterator[str]:
    consent_below = max((rule.below_age for rule in rules.extra.age_rules if rule.guardian_consent), default=0)
    if consent_below > ADULT_AGE:
        yield f"A guardian's consent is asked for up to {ADULT_AGE}; the age rules ask for it up to {consent_below}."
    for rule in rules.extra.age_rules:
        yield from _age_rule(rules, rule)
    bound = Counter((rule.code, rule.answer) for rule in rules.extra.age_rules if rule.code and rule.answer)
    for (code, answer), times in bound.items():
        if times > 1:
            yield f"Two age rules are about the answer {answer!r} of {code!r}."
        if answer == NOT_SURE:
            yield f"{NOT_SURE!r} is offered at every age; an age rule is about it in {code!r}."
    never = max((rule.below_age for rule in rules.extra.age_rules if rule.ticks_row), default=0)
    for age in range(never, consent_below):
        if not any(rule.guardian_consent and rule.covers(age) for rule in rules.extra.age_rules):
            yield f"At {age} no age rule says whether a parent or guardian stays, although older children need one."


def _age_rule(rules: Rules, rule: AgeRule) -> Iterator[str]:
    where = f"Age rule {rule.id!r}"
    if rule.ticks_row and rules.rows[rule.ticks_row].has_question:
        yield f"{where} ticks {rule.ticks_row!r}, whose question nobody would be asked."
    if rule.adds_row and rule.adds_outcome is not Outcome.CLEARANCE:
        yield f"{where} adds a row that no answer can settle: its outcome must be clearance, which a letter covers."
    if (rule.guardian_in_room or rule.guardian_on_premises) and not rule.guardian_consent:
        yield f"{where} wants a guardian there without asking for their consent."
    if rule.pressure_cap is Pressure.NONE:
        yield f"{where} allows no pressure at all; set a lowest age instead."
    if rule.max_minutes is not None and rule.max_minutes > MOST_MINUTES:
        yield f"{where}: max_minutes is more than {MOST_MINUTES}."
    if rule.or_from_age is not None and not (rule.code and rule.answer):
        yield f"{where} covers two ends of life, which only a rule about one answer can."
    if rule.or_from_age is not None and rule.or_from_age <= rule.below_age:
        yield f"{where} covers every age."
    if bool(rule.code) != bool(rule.answer):
        yield f"{where} names a row without an answer, or an answer without a row."
    if rule.needs_back_pain and not rule.adds_row:
        yield f"{where} asks whether back pain is the reason, which only counts for a rule that adds a row."

"""Parse rules_extra.json: what the columns of the table cannot hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from screening.domain.age_rules import parse_age_rule
from screening.domain.enums import AfterWait, CountFrom, Level, Outcome, Pressure
from screening.domain.reading import Reader
from screening.domain.reports import STANDARD, parse_reports
from screening.domain.rule_types import (
    AheadRules,
    AnswerLimit,
    ArrivalQuestion,
    Deferral,
    Extra,
    Message,
    MessageTrigger,
    RefuseText,
)

KEYS = (
    "version",
    "outcome_rank",
    "pressure_rank",
    "areas",
    "techniques",
    "technique_min_pressure",
    "prenatal_only_if",
    "back_areas",
    "site_specific_codes",
    "body_map_prompts",
    "answer_limits",
    "clearance_valid_days",
    "age_rules",
    "deferrals",
    "refuse_rescreens",
    "message_triggers",
    "messages",
    "refuse_without_message",
    "arrival_check_codes",
    "arrival_only_if_ticked",
    "arrival_question",
    "booking_ahead",
    "date_questions",
)
# The guide's own table counts where a version has none of its own.
AFTER_SESSION = "after_session"
T = TypeVar("T")


def parse_extra(source: Mapping[str, object], reader: Reader) -> Extra:
    """Read the whole file; what must agree with the rows is checked in rule_checks."""
    reader.known_keys(source, (*KEYS, AFTER_SESSION), "rules_extra.json")

    def at(key: str) -> object:
        return reader.entry(source, key, "rules_extra.json")

    def each(key: str, parse: Callable[[Mapping[str, object], str, Reader], T]) -> tuple[T, ...]:
        entries = reader.items(at(key), key)
        return tuple(
            parse(reader.mapping(entry, f"{key} entry {number}"), f"{key} entry {number}", reader)
            for number, entry in enumerate(entries, start=1)
        )

    _ranks(at("outcome_rank"), "outcome_rank", Outcome, reader)
    _ranks(at("pressure_rank"), "pressure_rank", Pressure, reader)
    return Extra(
        version=reader.text(at("version"), "version"),
        areas=reader.words(at("areas"), "areas"),
        techniques=reader.words(at("techniques"), "techniques"),
        technique_min_pressure={
            technique: Pressure(reader.word(word, f"technique_min_pressure of {technique}", tuple(Pressure)))
            for technique, word in reader.mapping(at("technique_min_pressure"), "technique_min_pressure").items()
        },
        prenatal_only_if=reader.text(at("prenatal_only_if"), "prenatal_only_if"),
        back_areas=reader.words(at("back_areas"), "back_areas"),
        site_specific_codes=reader.words(at("site_specific_codes"), "site_specific_codes"),
        body_map_prompts=_texts(at("body_map_prompts"), "body_map_prompts", reader),
        answer_limits=each("answer_limits", _answer_limit),
        clearance_valid_days={
            code: reader.whole(days, f"clearance_valid_days of {code}", least=1)
            for code, days in reader.mapping(at("clearance_valid_days"), "clearance_valid_days").items()
        },
        age_rules=each("age_rules", parse_age_rule),
        deferrals=each("deferrals", _deferral),
        refuse_rescreens=each("refuse_rescreens", _deferral),
        message_triggers=each("message_triggers", _trigger),
        messages=_messages(at("messages"), reader),
        refuse_without_message=_refuse_text(at("refuse_without_message"), reader),
        arrival_check_codes=reader.words(at("arrival_check_codes"), "arrival_check_codes"),
        arrival_only_if_ticked=reader.words(at("arrival_only_if_ticked"), "arrival_only_if_ticked"),
        arrival_question=_arrival_question(at("arrival_question"), reader),
        booking_ahead=_ahead(at("booking_ahead"), reader),
        date_questions=_texts(at("date_questions"), "date_questions", reader),
        after_session=parse_reports(source[AFTER_SESSION], reader) if AFTER_SESSION in source else STANDARD,
    )


def _ranks(value: object, where: str, words: type[Outcome] | type[Pressure], reader: Reader) -> None:
    # The ranks are fixed in the code; a file that ranks otherwise means something else by these words.
    if reader.mapping(value, where) != {word.value: word.rank for word in words}:
        reader.complain(f"{where} must rank {', '.join(words)} from 0 upwards.")


def _texts(value: object, where: str, reader: Reader) -> Mapping[str, str]:
    return {key: reader.text(text, f"{where} of {key}") for key, text in reader.mapping(value, where).items()}


def _answer_limit(entry: Mapping[str, object], where: str, reader: Reader) -> AnswerLimit:
    reader.known_keys(entry, ("code", "answer", "pressure", "areas", "techniques", "why"), where)
    if not {"pressure", "areas", "techniques"} & set(entry):
        reader.complain(f"{where} replaces nothing: it names neither pressure nor areas nor techniques.")

    def optional_words(key: str) -> tuple[str, ...] | None:
        return reader.words(entry[key], f"{key} of {where}") if key in entry else None

    pressure = None
    if "pressure" in entry:
        pressure = Pressure(reader.word(entry["pressure"], f"pressure of {where}", tuple(Pressure)))
    return AnswerLimit(
        code=reader.text(reader.entry(entry, "code", where), f"code of {where}"),
        answer=reader.text(reader.entry(entry, "answer", where), f"answer of {where}"),
        pressure=pressure,
        areas=optional_words("areas"),
        techniques=optional_words("techniques"),
        why=reader.text(reader.entry(entry, "why", where), f"why of {where}"),
    )


def _deferral(entry: Mapping[str, object], where: str, reader: Reader) -> Deferral:
    keys = ("code", "answer", "rescreen_after_days", "count_from", "ends_when", "after_wait")
    reader.known_keys(entry, keys, where)
    code, answer, days, count_from, ends_when, after_wait = (reader.entry(entry, key, where) for key in keys)
    return Deferral(
        code=reader.text(code, f"code of {where}"),
        answer=reader.text(answer, f"answer of {where}"),
        rescreen_after_days=reader.whole(days, f"rescreen_after_days of {where}", least=1),
        count_from=CountFrom(reader.word(count_from, f"count_from of {where}", tuple(CountFrom))),
        ends_when=reader.text(ends_when, f"ends_when of {where}"),
        after_wait=AfterWait(reader.word(after_wait, f"after_wait of {where}", tuple(AfterWait))),
    )


def _trigger(entry: Mapping[str, object], where: str, reader: Reader) -> MessageTrigger:
    keys = ("code", "answer", "message")
    reader.known_keys(entry, keys, where)
    code, answer, message = (reader.text(reader.entry(entry, key, where), f"{key} of {where}") for key in keys)
    return MessageTrigger(code=code, answer=answer, message=message)


def _messages(value: object, reader: Reader) -> Mapping[str, Message]:
    found = {}
    for id_, raw in reader.mapping(value, "messages").items():
        where = f"message {id_}"
        entry = reader.mapping(raw, where)
        reader.known_keys(entry, ("level", "text"), where)
        level = reader.word(reader.entry(entry, "level", where), f"level of {where}", tuple(Level))
        text = reader.text(reader.entry(entry, "text", where), f"text of {where}")
        found[id_] = Message(id=id_, level=Level(level), text=text)
    return found


def _refuse_text(value: object, reader: Reader) -> RefuseText:
    where = "refuse_without_message"
    entry = reader.mapping(value, where)
    reader.known_keys(entry, ("text", "own_advice_codes"), where)
    return RefuseText(
        text=reader.text(reader.entry(entry, "text", where), f"text of {where}"),
        own_advice_codes=reader.words(reader.entry(entry, "own_advice_codes", where), f"own_advice_codes of {where}"),
    )


def _arrival_question(value: object, reader: Reader) -> ArrivalQuestion:
    where = "arrival_question"
    entry = reader.mapping(value, where)
    reader.known_keys(entry, ("text", "reasks"), where)
    return ArrivalQuestion(
        text=reader.text(reader.entry(entry, "text", where), f"text of {where}"),
        reasks=reader.words(reader.entry(entry, "reasks", where), f"reasks of {where}"),
    )


def _ahead(value: object, reader: Reader) -> AheadRules:
    where = "booking_ahead"
    entry = reader.mapping(value, where)
    keys: Sequence[str] = ("ask_within_hours", "ask_within_codes", "reminder_hours_before", "never_held_codes")
    reader.known_keys(entry, keys, where)
    within, within_codes, reminder, never_held = (reader.entry(entry, key, where) for key in keys)
    return AheadRules(
        ask_within_hours=reader.whole(within, f"ask_within_hours of {where}", least=1),
        ask_within_codes=reader.words(within_codes, f"ask_within_codes of {where}"),
        reminder_hours_before=reader.whole(reminder, f"reminder_hours_before of {where}", least=1),
        never_held_codes=reader.words(never_held, f"never_held_codes of {where}"),
    )

"""What changed about one condition, in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from massage_booking.core.wording import area_names, technique_names
from screening.domain.enums import AfterWait, CountFrom
from screening.domain.rule_types import ANY_ANSWER, AnswerLimit, Deferral, Row
from screening.domain.rules import Rules

COUNTED = {
    CountFrom.ANSWER: "the day of the answer",
    CountFrom.EVENT: "the event",
    CountFrom.SYMPTOM_END: "the day symptoms ended",
}
AFTER = {AfterWait.ASK_AGAIN: "then asked again", AfterWait.CLEARANCE: "then a letter is needed"}


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence; `old` and `new` are the words of a text that was reworded."""

    text: str
    old: str = ""
    new: str = ""


def name_of(rules: Rules, code: str) -> str:
    """Return the name of a row as lists show it."""
    row = rules.rows.get(code)
    return rules.screen.short_labels.get(code, row.label) if row else code.replace("_", " ")


def row_changes(old: Rules, new: Rules, code: str) -> Iterator[Change]:
    """Yield what is different about a row of both versions, its place on the screen aside."""
    before, after = old.rows[code], new.rows[code]
    yield from wording("Name in the list", old.screen.short_labels.get(code, ""), new.screen.short_labels.get(code, ""))
    yield from wording("Full name", before.label, after.label)
    yield from wording("Question", before.follow_up_question, after.follow_up_question)
    if before.default_outcome is not after.default_outcome:
        yield Change(f"Until it is answered: {before.default_outcome.value} → {after.default_outcome.value}.")
    yield from _answers(old, new, code)
    yield from _limits(before, after)
    yield from _times(old, new, code)
    yield from wording(
        "Question of the body map",
        old.extra.body_map_prompts.get(code, ""),
        new.extra.body_map_prompts.get(code, ""),
    )
    for title, column in (
        ("Note on position", "position_note"),
        ("Note for the therapist", "therapist_note"),
        ("Advice for the client", "client_advice"),
        ("Sources", "sources"),
        ("Confidence", "confidence"),
        ("Category", "category"),
        ("Words of the source list", "article_item"),
    ):
        yield from wording(title, getattr(before, column), getattr(after, column))
    shows = {False: "the fixed text", True: "its own advice"}
    own = [code in rules.extra.refuse_without_message.own_advice_codes for rules in (old, new)]
    if own[0] != own[1]:
        yield Change(f"A refusal shows {shows[own[0]]} → {shows[own[1]]}.")


def wording(title: str, old: str, new: str) -> Iterator[Change]:
    """Yield a change of words, with both wordings."""
    if old == new:
        return
    if not old:
        yield Change(f"{title} added.", new=new)
    elif not new:
        yield Change(f"{title} taken away.", old=old)
    else:
        yield Change(f"{title} reworded.", old=old, new=new)


def listed_change(title: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    """Yield what a list gained and lost; its order alone is no change."""
    was, now = list(old), list(new)
    gained = [word for word in now if word not in was]
    lost = [word for word in was if word not in now]
    if gained:
        yield Change(f"{title}: added {', '.join(gained)}.")
    if lost:
        yield Change(f"{title}: taken away {', '.join(lost)}.")


def _answers(old: Rules, new: Rules, code: str) -> Iterator[Change]:
    before, after = old.rows[code], new.rows[code]
    pairs = _pairs(before, after)
    for was, now in pairs:
        if was is None:
            assert now is not None
            yield Change(f"A new answer “{now}”: {_outcome(after, now)}.")
        elif now is None:
            yield Change(f"The answer “{was}” ({_outcome(before, was)}) is gone.")
        else:
            if was != now:
                yield Change("An answer reworded.", old=was, new=now)
            yield from _answer(old, new, code, was, now)
    stayed = [was for was, now in pairs if was is not None and now is not None]
    renamed = dict(pairs)
    if [renamed[o.answer] for o in before.options if o.answer in stayed] != [
        o.answer for o in after.options if o.answer in {renamed[was] for was in stayed}
    ]:
        yield Change("The answers stand in another order.")
    for rules, words in ((old, "no longer shows"), (new, "now shows")):
        other = new if rules is old else old
        message = message_of(rules, code, ANY_ANSWER)
        if message and message != message_of(other, code, ANY_ANSWER):
            yield Change(f"The tick itself {words} the message {message}.")


def _pairs(before: Row, after: Row) -> list[tuple[str | None, str | None]]:
    """Match the answers of two versions: by their words, then what is left at the same place as reworded."""
    was = [option.answer for option in before.options]
    now = [option.answer for option in after.options]
    known = set(was) & set(now)
    pairs: list[tuple[str | None, str | None]] = []
    matched = set(known)
    for place, answer in enumerate(now):
        if answer in known:
            pairs.append((answer, answer))
        elif place < len(was) and len(was) == len(now) and was[place] not in known:
            pairs.append((was[place], answer))
            matched.add(was[place])
        else:
            pairs.append((None, answer))
    pairs += [(answer, None) for answer in was if answer not in matched]
    return pairs


def _outcome(row: Row, answer: str) -> str:
    outcome = row.outcome_of(answer)
    return outcome.value if outcome else ""


def _answer(old: Rules, new: Rules, code: str, was: str, now: str) -> Iterator[Change]:
    where = f"Answer “{now}”"
    before, after = _outcome(old.rows[code], was), _outcome(new.rows[code], now)
    if before != after:
        yield Change(f"{where}: {before} → {after}.")
    waits = wait_of(old, code, was), wait_of(new, code, now)
    if waits[0] != waits[1]:
        yield Change(f"{where}, wait: {wait_words(waits[0])} → {wait_words(waits[1])}.")
    messages = message_of(old, code, was), message_of(new, code, now)
    if messages[0] != messages[1]:
        yield Change(f"{where}, message: {messages[0] or 'none'} → {messages[1] or 'none'}.")
    limits = limit_of(old, code, was), limit_of(new, code, now)
    if limit_words(limits[0]) != limit_words(limits[1]):
        yield Change(f"{where}, limits: {limit_words(limits[0])} → {limit_words(limits[1])}.")
    yield from wording(f"{where}, why its limits differ", *(limit.why if limit else "" for limit in limits))


def wait_of(rules: Rules, code: str, answer: str) -> Deferral | None:
    """Return the wait of an answer, also that of a refusal that ends with time."""
    waits = (*rules.extra.deferrals, *rules.extra.refuse_rescreens)
    found = next((wait for wait in waits if (wait.code, wait.answer) == (code, answer)), None)
    return found


def wait_words(wait: Deferral | None) -> str:
    """Write a wait: “3 days from the event until it is over, then asked again”."""
    if wait is None:
        return "none"
    days = "1 day" if wait.rescreen_after_days == 1 else f"{wait.rescreen_after_days} days"
    return f"{days} from {COUNTED[wait.count_from]} until {wait.ends_when}, {AFTER[wait.after_wait]}"


def message_of(rules: Rules, code: str, answer: str) -> str:
    """Return the id of the message that an answer shows, nothing where it shows none."""
    found = (trigger for trigger in rules.extra.message_triggers if (trigger.code, trigger.answer) == (code, answer))
    return next((trigger.message for trigger in found), "")


def limit_of(rules: Rules, code: str, answer: str) -> AnswerLimit | None:
    return next((limit for limit in rules.extra.answer_limits if (limit.code, limit.answer) == (code, answer)), None)


def limit_words(limit: AnswerLimit | None) -> str:
    """Write the limits of an answer."""
    if limit is None:
        return "those of the condition"
    parts = []
    if limit.pressure is not None:
        parts.append(f"pressure {limit.pressure.value}")
    if limit.areas is not None:
        parts.append(f"areas: {area_names(limit.areas).lower() or 'none'}")
    if limit.techniques is not None:
        parts.append(f"techniques out: {technique_names(limit.techniques) or 'none'}")
    return ", ".join(parts)


def _limits(before: Row, after: Row) -> Iterator[Change]:
    if before.max_pressure is not after.max_pressure:
        yield Change(f"Pressure at most {before.max_pressure.value} → {after.max_pressure.value}.")
    areas = [[area_names([area]).lower() for area in row.avoid_areas] for row in (before, after)]
    techniques = [[technique_names([word]) for word in row.avoid_techniques] for row in (before, after)]
    yield from listed_change("Areas left alone", *areas)
    yield from listed_change("Techniques ruled out", *techniques)


def _times(old: Rules, new: Rules, code: str) -> Iterator[Change]:
    before, after = old.rows[code].valid_for_days, new.rows[code].valid_for_days
    if before != after:
        yield Change(f"Answers count for {before} → {after} days.")
    lifetimes = [rules.extra.clearance_valid_days for rules in (old, new)]
    # A changed ordinary lifetime is told once for all rows, not here for each.
    own = [days.get(code) for days in lifetimes]
    if own[0] != own[1]:
        shown = [days.get(code, days["default"]) for days in lifetimes]
        yield Change(f"Letter lifetime {shown[0]} → {shown[1]} days.")

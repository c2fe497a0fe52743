"""The guide read a second time: a slow, plain evaluator over the raw files, to compare the real one with.

It shares no code with screening.domain and speaks the golden format on both sides.
"""

import csv
import json
from typing import Any

from screening.domain.rules import RULES_FOLDER

EXTRA: dict[str, Any] = json.loads((RULES_FOLDER / "rules_extra.json").read_text(encoding="utf-8"))
with (RULES_FOLDER / "rules.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = {row["code"]: row for row in csv.DictReader(_file)}
OUTCOME, PRESSURE = EXTRA["outcome_rank"], EXTRA["pressure_rank"]


def plain_evaluate(given: dict[str, Any]) -> dict[str, Any]:
    age, ticks = given.get("age", 30), dict(given.get("ticks", {}))
    rows, unanswered = resolve(ticks)
    if age < 8:
        rows["child_under_8"] = "refuse"
    if 8 <= age < 16 and given.get("reason_back_pain"):
        rows["age_under_16_back_pain"] = "clearance"
    limits, unmarked, nothing_left = restrict(rows, ticks, given, age)
    headline = max(rows.values(), key=OUTCOME.__getitem__, default="clear")
    headline = "refuse" if nothing_left else headline
    uncovered = {code for code, outcome in rows.items() if outcome == "clearance" and not valid_letters(given, code)}
    ages = given.get("answer_age_days", {})
    expired = {code for code in ticks if ages.get(code, 0) > int(ROWS[code]["valid_for_days"])}
    blocked = headline in ("defer", "refuse")
    return {
        "headline": headline,
        "status": status(headline, bool(unanswered or unmarked or expired), age, given, bool(uncovered), limits),
        "max_pressure": "none" if blocked else limits["pressure"],
        "avoid_areas": set() if blocked else limits["areas"],
        "avoid_techniques": set() if blocked else limits["techniques"],
        "offered_techniques": set() if blocked else limits["offered"],
        "missing_clearance": set() if headline == "refuse" else uncovered,
        "expired": expired,
        "wait_days": longest_wait(ticks) if headline == "defer" else 0,
        "messages": messages(ticks),
        "guardian_consent_required": age < 18,
        "guardian_in_room": 8 <= age < 16,
        "guardian_on_premises": 16 <= age < 18,
        "max_minutes": 30 if 8 <= age < 16 else 60 if 16 <= age < 18 else None,
    }


def options(code: str) -> dict[str, str]:
    cell = ROWS[code]["follow_up_options"]
    return dict(part.strip().split("=>") for part in cell.split(";")) if cell else {}


def resolve(ticks: dict[str, str | None]) -> tuple[dict[str, str], set[str]]:
    rows, unanswered = {}, set()
    for code, answer in ticks.items():
        outcome = options(code).get(answer or "")
        rows[code] = outcome or ROWS[code]["default_outcome"]
        if options(code) and not outcome:
            unanswered.add(code)
    return rows, unanswered


def valid_letters(given: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [letter for letter in given.get("letters", []) if code in letter["codes"] and letter["days_left"] > 0]


def restrict(
    rows: dict[str, str], ticks: dict[str, str | None], given: dict[str, Any], age: int
) -> tuple[dict[str, Any], set[str], bool]:
    caps, areas, techniques, unmarked = ["firm"], set(), set(), set()
    if 8 <= age < 18:
        caps.append("light" if age < 16 else "medium")
    for code, outcome in rows.items():
        if outcome not in ("modify", "clearance"):
            continue
        row = ROWS.get(code, {"max_pressure": "firm", "avoid_areas": "", "avoid_techniques": ""})
        cap = row["max_pressure"]
        own_areas, own_techniques = set(row["avoid_areas"].split(";")), set(row["avoid_techniques"].split(";"))
        for entry in EXTRA["answer_limits"]:
            if entry["code"] == code and entry["answer"] == ticks.get(code):
                cap = entry.get("pressure", cap)
                own_areas = set(entry.get("areas", own_areas))
                own_techniques = set(entry.get("techniques", own_techniques))
        if outcome == "clearance":
            for letter in valid_letters(given, code):
                cap = letter.get("pressure") or cap
                own_areas -= set(letter.get("allow_areas", []))
                own_techniques -= set(letter.get("allow_techniques", []))
        caps.append(cap)
        areas |= own_areas
        techniques |= own_techniques
        if code in EXTRA["site_specific_codes"]:
            marks = given.get("body_map", {}).get(code)
            areas |= set(marks or [])
            if marks is None:
                unmarked.add(code)
    pressure = min(caps, key=PRESSURE.__getitem__)
    for technique, least in EXTRA["technique_min_pressure"].items():
        if PRESSURE[pressure] < PRESSURE[least]:
            techniques.add(technique)
    if pressure == "none":
        techniques |= set(EXTRA["techniques"])
    areas, techniques = areas - {""}, techniques - {""}
    offered = set(EXTRA["techniques"]) - techniques
    if rows.get("pregnancy") not in ("modify", "clearance"):
        offered.discard("prenatal")
    limits = {"pressure": pressure, "areas": areas, "techniques": techniques, "offered": offered}
    return limits, unmarked, not offered or set(EXTRA["back_areas"]) <= areas


def status(
    headline: str, has_gaps: bool, age: int, given: dict[str, Any], uncovered: bool, limits: dict[str, Any]
) -> str:
    if headline == "refuse":
        return "not_bookable"
    if headline == "defer":
        return "wait"
    if has_gaps:
        return "rescreen_required"
    if age < 18 and not given.get("guardian_consent"):
        return "awaiting_guardian_consent"
    if uncovered:
        return "awaiting_clearance"
    free = headline == "clear" and limits["pressure"] == "firm" and not limits["areas"] and not limits["techniques"]
    return "bookable" if free else "bookable_with_restrictions"


def longest_wait(ticks: dict[str, str | None]) -> int:
    waits = [wait["rescreen_after_days"] for wait in EXTRA["deferrals"] if ticks.get(wait["code"]) == wait["answer"]]
    return max(waits, default=0)


def messages(ticks: dict[str, str | None]) -> set[str]:
    found = {
        trigger["message"]
        for trigger in EXTRA["message_triggers"]
        if trigger["code"] in ticks and trigger["answer"] in ("*", ticks[trigger["code"]])
    }
    emergency = {id_ for id_ in found if EXTRA["messages"][id_]["level"] == "emergency"}
    return emergency or found

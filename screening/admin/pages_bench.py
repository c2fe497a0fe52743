"""Trying a version: the bench, its example clients, what publishing would move, and publishing."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.core import clock, visitors
from massage_booking.core.errors import DomainError, Refused
from massage_booking.core.parsing import to_int
from massage_booking.core.vocabulary import AREA_LABELS, TECHNIQUE_LABELS
from screening import effects
from screening.admin.forms_case import CaseForms
from screening.admin.forms_version import SignOffForm
from screening.admin.pages import Edit, act, log, page, posted_revision, url, user_of, version_of
from screening.admin.words import FIELDS, STATUSES
from screening.domain.rules import Rules
from screening.models import RuleVersion
from screening.readings import Reader
from screening.rule_messages import sentence
from screening.rulebook import bench_of, difference_between, parsed_rules, published_or_none
from screening.rulework import bench as benches
from screening.rulework import cases
from screening.rulework.bench import FieldPair, Tried
from screening.rulework.book import Book, opened, written
from screening.rulework.checks import RulesRefused
from screening.rulework.files import RuleFiles
from screening.rulework.row_diff import name_of
from screening.services import rule_publishing
from screening.services import rules as drafts

TAKE = "take"
reads_and_saves = require_http_methods(["GET", "POST"])


def in_words(rules: Rules, name: str, value: Any) -> str:
    """Write a value of a verdict for the page."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_word(rules, name, str(part)) for part in value) or "none"
    return STATUSES.get(value, value) if name == "status" else str(value)


def _word(rules: Rules, name: str, value: str) -> str:
    if name in ("missing_clearance", "expired"):
        return name_of(rules, value)
    return AREA_LABELS.get(value) or TECHNIQUE_LABELS.get(value) or value


def shown(rules: Rules, pairs: tuple[FieldPair, ...]) -> list[dict[str, str]]:
    return [
        {
            "field": FIELDS.get(pair.name, pair.name),
            "first": in_words(rules, pair.name, pair.first),
            "second": in_words(rules, pair.name, pair.second),
        }
        for pair in pairs
    ]


def _row(rules: Rules, version: RuleVersion, tried: Tried) -> dict[str, Any]:
    own = tried.case.source == benches.OWN
    own_page = reverse("admin:screening_rulecase_change", args=[tried.case.key]) if own else ""
    return {
        "tried": tried,
        "wrong": shown(rules, tried.wrong),
        "changes": shown(rules, tried.changes),
        "page": f"{own_page}?under={version.pk}" if own else url("case", version.pk, tried.case.key),
        "is_own": own,
    }


@require_http_methods(["GET"])
def show_bench(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every example client: whether it comes out as expected, and what differs from the published version."""
    version = version_of(pk)
    rules, found = parsed_rules(version), bench_of(version)
    return page(
        request,
        "rules/bench",
        title=f"Test bench of {version.label}",
        version=version,
        tab="bench",
        bench=found,
        rows=[_row(rules, version, one) for one in found.tried],
        published=published_or_none(),
    )


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Note which changed example clients somebody has looked at."""
    version = version_of(pk)
    seen = [tuple(value.rsplit(" ", 1)) for value in request.POST.getlist("seen") if " " in value]
    pairs = [(str(key), str(digest)) for key, digest in seen]

    def work() -> None:
        count = rule_publishing.review_cases(version=version, seen=pairs, by=user_of(request), now=clock.now())
        if not count:
            messages.info(request, "Nothing was ticked that is still to be looked at.")
        else:
            messages.success(request, f"Noted: {count} looked at.")

    return act(request, work, then=url("bench", pk))


@require_POST
def mark_tested(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft for tested."""
    version = version_of(pk)

    def work() -> None:
        rule_publishing.mark_tested(version=version, revision=posted_revision(request), now=clock.now())
        log(request, version, "Tested.")

    done = "Tested: every example client comes out as expected. It can be published now."
    return act(request, work, then=url("bench", pk), done=done)


# --- The example clients of a version ---------------------------------------


@reads_and_saves
def edit_case(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """Show and edit one of a version's own example clients, or a new one."""
    version = version_of(pk)
    rules, book = parsed_rules(version), opened(RuleFiles.of(version))
    raw = cases.case_of(book, key) if key else None
    if (key and raw is None) or (not key and not version.is_open):
        raise Http404
    before = cases.case_edit(raw) if raw is not None else cases.CaseEdit(id="", title="")

    def after(book: Book, forms: CaseForms) -> Book:
        case = cases.as_case(forms.edit, raw)
        if request.POST.get("act") == TAKE:
            case = with_taken(rules, case)
        return cases.with_case(book, case, was=key)

    return Edit(
        request,
        version,
        template="rules/case",
        tab="bench",
        title=before.title or "A new example client",
        make=lambda rules, book, data: CaseForms(rules, before, data, read_only=not version.is_open),
        after=after,
        then=url("bench", pk),
        key=key,
        tried=tried_in_words(rules, raw),
    ).response()


def with_taken(rules: Rules, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case that expects what the rules say now, in the fields that it compares; all, if it compares none.

    Raises RulesRefused where they can say nothing, so that what was expected is not lost.
    """
    tried = benches.run(rules, case)
    if tried.values is None:
        raise RulesRefused(["These rules cannot say anything about this client:", *tried.problems])
    result = benches.expected_of(tried)
    wanted = case["expected"].keys() or result.keys()
    return {**case, "expected": {key: result[key] for key in result if key in wanted}}


def tried_in_words(rules: Rules, raw: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what the rules make of a stored case, for the side of its page."""
    if raw is None:
        return None
    result = benches.run(rules, raw)
    wrong = {pair.name for pair in benches.differs(raw["expected"], result.values or {})}
    values = [
        {
            "field": FIELDS.get(name, name),
            "value": in_words(rules, name, value),
            "expected": in_words(rules, name, raw["expected"][name]) if name in wrong else "",
        }
        for name, value in (result.values or {}).items()
    ]
    return {"values": values, "problems": result.problems, "warnings": result.warnings}


@require_POST
def remove_case(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Take one of a draft's example clients away."""
    version = version_of(pk)
    if not version.is_open or cases.case_of(opened(RuleFiles.of(version)), key) is None:
        raise Http404

    def work() -> None:
        files = written(cases.without_case(opened(RuleFiles.of(version)), key))
        drafts.save_draft(
            version=version, files=files, revision=posted_revision(request), by=user_of(request), now=clock.now()
        )
        log(request, version, f"Example client {key} taken away.")

    return act(request, work, then=url("bench", pk), done=f"{key} is taken away.")


# --- Publishing -------------------------------------------------------------


@reads_and_saves
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what publishing would change and move, ask for the sign-off, and publish."""
    version = version_of(pk)
    if not version.is_open:
        if request.method == "POST":
            messages.error(request, sentence(Refused("rules_published_already")))
        return redirect(url("change", pk))
    form = SignOffForm(request.POST or None, prefix="sign")
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            rule_publishing.publish(
                version=version,
                revision=posted_revision(request),
                replaces=to_int(request.POST.get("replaces")),
                sign_off=form.signed_off or None,
                by=user_of(request),
                now=clock.now(),
            )
        except DomainError as error:
            problems = [sentence(error)]
        else:
            log(request, version, "Published.")
            messages.success(request, f"“{version.label}” counts from now on. Sessions ahead are judged again by it.")
            return redirect(url("change", pk))
    version.refresh_from_db()
    published = published_or_none()
    return page(
        request,
        "rules/publish",
        title=f"Publish {version.label}",
        version=version,
        tab="publish",
        form=form,
        problems=problems,
        published=published,
        found=difference_between(published, version) if published else None,
        linked=parsed_rules(version).rows,
        bench=bench_of(version),
        effects=effects.preview_for(version, parsed_rules(version), reader=_reader(request), now=clock.now()),
    )


def _reader(request: HttpRequest) -> Reader:
    return Reader.of(user_of(request), "admin", address=visitors.address_of(request))

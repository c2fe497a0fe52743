"""Editing a draft: conditions, the screen, messages, ages and the day."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from screening.admin.forms_afterwards import AfterForms
from screening.admin.forms_ages import AgesForms
from screening.admin.forms_row import ConditionForms
from screening.admin.forms_screen import ScreenForms
from screening.admin.forms_techniques import TechniquesForm
from screening.admin.forms_texts import TextsForms, shown_by
from screening.admin.pages import Edit, log, page, posted_revision, url, user_of, version_of
from screening.domain.rules import Rules
from screening.rule_messages import sentence
from screening.rulebook import parsed_rules
from screening.rulework import afterwards, ages, layout, row_removal, rows, techniques, texts
from screening.rulework.book import Book, opened, written
from screening.rulework.checks import RulesRefused
from screening.rulework.files import RuleFiles
from screening.rulework.row_diff import name_of
from screening.services import rules as drafts

reads_and_saves = require_http_methods(["GET", "POST"])


@require_http_methods(["GET"])
def list_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """List the conditions in the order of the screen."""
    version = version_of(pk)
    rules = parsed_rules(version)
    under = rules.screen.shown_only_with
    groups = []
    for group in rules.screen.groups:
        codes = [code for top in group.codes for code in (top, *(c for c, parent in under.items() if parent == top))]
        groups.append((group.title, [_listed(rules, code) for code in codes]))
    by_age = [code for code in rules.rows if code in rules.set_by_age]
    groups.append(("Set from the date of birth", [_listed(rules, code) for code in by_age]))
    return page(
        request, "rules/rows", title=f"Conditions of {version.label}", version=version, tab="rows", groups=groups
    )


def _listed(rules: Rules, code: str) -> dict[str, Any]:
    row = rules.rows[code]
    return {
        "code": code,
        "name": name_of(rules, code),
        "outcome": row.default_outcome.value,
        "answers": len(row.options),
        "days": row.valid_for_days,
    }


@reads_and_saves
def edit_row(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show and edit one condition."""
    version = version_of(pk)
    rules = parsed_rules(version)
    if code not in rules.rows:
        if request.method == "POST":
            messages.error(request, "This condition was taken away meanwhile, so nothing was saved.")
            return redirect(url("rows", pk))
        raise Http404
    return Edit(
        request,
        version,
        template="rules/row",
        tab="rows",
        title=name_of(rules, code),
        make=lambda rules, book, data: ConditionForms(
            rules, rows.row_edit(book, code), data, read_only=not version.is_open
        ),
        after=lambda book, forms: rows.with_row(book, forms.edit),
        then=url("row", pk, code),
        code=code,
        needed=list(row_removal.needed_by(opened(RuleFiles.of(version)), code)),
    ).response()


@reads_and_saves
def add_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a condition."""
    version = version_of(pk)
    if not version.is_open:
        raise Http404

    def after(book: Book, forms: ConditionForms) -> Book:
        return rows.with_new_row(book, forms.edit, group=forms.row.cleaned_data["group"])

    return Edit(
        request,
        version,
        template="rules/row",
        tab="rows",
        title="A new condition",
        make=lambda rules, book, data: ConditionForms(rules, None, data),
        after=after,
        then=url("rows", pk),
        code="",
    ).response()


@reads_and_saves
def remove_row(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Ask whether a condition is to go, with all that hangs on it."""
    version = version_of(pk)
    rules, book = parsed_rules(version), opened(RuleFiles.of(version))
    if not version.is_open or code not in rules.rows:
        raise Http404
    needed = list(row_removal.needed_by(book, code))
    problems: list[str] = []
    if request.method == "POST" and not needed:
        try:
            drafts.save_draft(
                version=version,
                files=written(row_removal.without_row(book, code)),
                revision=posted_revision(request),
                by=user_of(request),
                now=clock.now(),
            )
        except RulesRefused as refused:
            problems = refused.problems
        except DomainError as error:
            problems = [sentence(error)]
        else:
            done = f"“{name_of(rules, code)}” is no longer asked."
            log(request, version, done)
            messages.success(request, done)
            return redirect(url("rows", pk))
    cases = [case for case in book.golden if code in case["input"].get("ticks", {})]
    return page(
        request,
        "rules/remove_row",
        title=f"Take away “{name_of(rules, code)}”?",
        version=version,
        tab="rows",
        code=code,
        needed=needed,
        problems=problems,
        cases=cases,
        reports=[report.words for report in rules.extra.after_session if code in report.then.asks],
    )


@reads_and_saves
def edit_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and edit the groups, their order, and where each row stands."""
    version = version_of(pk)
    return Edit(
        request,
        version,
        template="rules/screen",
        tab="screen",
        title=f"The screen of {version.label}",
        make=lambda rules, book, data: ScreenForms(
            rules, layout.screen_edit(book), data, read_only=not version.is_open
        ),
        after=lambda book, forms: layout.with_screen(book, forms.edit),
        then=url("screen", pk),
    ).response()


@reads_and_saves
def edit_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and edit messages and fixed texts."""
    version = version_of(pk)
    return Edit(
        request,
        version,
        template="rules/texts",
        tab="texts",
        title=f"Messages of {version.label}",
        make=lambda rules, book, data: TextsForms(
            texts.texts_edit(book), data, shown_by=shown_by(rules, book), read_only=not version.is_open
        ),
        after=lambda book, forms: texts.with_texts(book, forms.edit),
        then=url("texts", pk),
    ).response()


@reads_and_saves
def edit_ages(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and edit ages, the day of the session, booking ahead and lifetimes of letters."""
    version = version_of(pk)
    return Edit(
        request,
        version,
        template="rules/ages",
        tab="ages",
        title=f"Ages and the day in {version.label}",
        make=lambda rules, book, data: AgesForms(rules, ages.ages_edit(book), data, read_only=not version.is_open),
        after=lambda book, forms: ages.with_ages(book, forms.edit),
        then=url("ages", pk),
    ).response()


@reads_and_saves
def edit_techniques(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and edit what techniques need, what the back is, and what the pregnancy massage hangs on."""
    version = version_of(pk)
    return Edit(
        request,
        version,
        template="rules/techniques",
        tab="techniques",
        title=f"Techniques in {version.label}",
        make=lambda rules, book, data: TechniquesForm(
            rules, techniques.techniques_edit(book), data, read_only=not version.is_open
        ),
        after=lambda book, form: techniques.with_techniques(book, form.edit),
        then=url("techniques", pk),
    ).response()


@reads_and_saves
def edit_afterwards(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and edit what follows from a report after a session."""
    version = version_of(pk)
    return Edit(
        request,
        version,
        template="rules/afterwards",
        tab="afterwards",
        title=f"After a session in {version.label}",
        make=lambda rules, book, data: AfterForms(
            rules, afterwards.after_edit(book), data, read_only=not version.is_open
        ),
        after=lambda book, forms: afterwards.with_after(book, forms.edit),
        then=url("afterwards", pk),
    ).response()

"""A version as a whole: begun, uploaded, downloaded, compared, thrown away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.parsing import to_int
from screening import packaged
from screening.admin.forms_version import DraftForm, ImportForm, LabelForm, NoteForm, SignOffForm
from screening.admin.pages import act, log, page, posted_revision, url, user_of, version_of
from screening.models import RuleVersion
from screening.rule_messages import sentence
from screening.rulebook import bench_of, difference_between, parsed_rules, published_or_none
from screening.rulework import checks
from screening.rulework.book import named
from screening.rulework.checks import RulesRefused
from screening.rulework.files import FIELDS, RuleFiles, UploadError, packed, with_uploads
from screening.rulework.strict import Malformed, parse
from screening.services import rule_publishing
from screening.services import rules as drafts

reads_and_saves = require_http_methods(["GET", "POST"])


@reads_and_saves
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a version stands and what comes next; a draft's name and note are edited here."""
    version = version_of(pk)
    form = LabelForm(request.POST or None, initial={"label": version.label, "note": version.note})
    problems: list[str] = []
    if request.method == "POST" and version.is_open and form.is_valid():
        try:
            drafts.rename_draft(
                version=version,
                **form.cleaned_data,
                revision=posted_revision(request),
                by=user_of(request),
                now=clock.now(),
            )
        except DomainError as error:
            problems = [sentence(error)]
        else:
            messages.success(request, "Saved.")
            return redirect(url("change", pk))
    rules = parsed_rules(version)
    published = published_or_none()
    bench = bench_of(version) if version.is_open else None
    return page(
        request,
        "rules/overview",
        title=version.label,
        version=version,
        tab="change",
        form=form if version.is_open else None,
        note_form=NoteForm(prefix="note"),
        sign_form=SignOffForm(prefix="sign", must=True),
        problems=problems,
        notices=checks.notices(rules),
        bench=bench,
        published=published,
        changes=difference_between(published, version).count if published and version.is_open else None,
        counts={"rows": len(rules.rows), "messages": len(rules.messages)},
        file_names=list(FIELDS),
    )


def _base_of(version: RuleVersion | None) -> RuleFiles:
    return RuleFiles(**packaged.read_files()) if version is None else RuleFiles.of(version)


def _begin(request: HttpRequest, form: Any, files: Callable[[RuleFiles], RuleFiles]) -> HttpResponse | list[str]:
    """Make the draft and go to it, or return what is in the way."""
    given = form.cleaned_data
    try:
        found = files(_base_of(given["base"]))
        label = given["label"] or _named(found)
        draft = drafts.new_draft(
            files=found, base=given["base"], label=label, note=given["note"], by=user_of(request), now=clock.now()
        )
    except (UploadError, RulesRefused) as refused:
        return refused.problems
    except DomainError as error:
        return [sentence(error)]
    log(request, draft, "Begun.")
    messages.success(request, f"“{draft.label}” is begun. Nothing changes for anybody before it is published.")
    return redirect(url("change", draft.pk))


def _named(files: RuleFiles) -> str:
    """Return the version that uploaded files name; what is no name is told when the files are checked."""
    try:
        found = parse(files.extra_json, "rules_extra.json")
    except Malformed:
        return "?"
    version = found.get("version") if isinstance(found, dict) else None
    return version[:40] if isinstance(version, str) and version.strip() else "?"


@reads_and_saves
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft from a version, the published one unless another was asked for."""
    asked = to_int(request.GET.get("from"))
    base = RuleVersion.objects.filter(pk=asked).first() if asked else published_or_none()
    form = DraftForm(request.POST or None, initial={"base": base.pk if base else None, "label": _next_label()})
    found: HttpResponse | list[str] = []
    if request.method == "POST" and form.is_valid():
        # Its files are called as it is, so that an export says which version it is.
        found = _begin(request, form, lambda files: named(files, form.cleaned_data["label"].strip()))
    if isinstance(found, HttpResponse):
        return found
    return page(request, "rules/new", title="A new draft", form=form, problems=found, button="Begin the draft")


def _next_label() -> str:
    """Suggest a name that is free: the year and a number."""
    year = clock.now().year
    taken = set(RuleVersion.objects.values_list("label", flat=True))
    return next(label for number in range(1, 10_000) if (label := f"{year}-{number}") not in taken)


@reads_and_saves
def import_files(request: HttpRequest) -> HttpResponse:
    """Begin a draft from uploaded files. What cannot be used stays out, with a sentence for each fault."""
    published = published_or_none()
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"base": published.pk if published else None}
    )
    found: HttpResponse | list[str] = []
    if request.method == "POST" and form.is_valid():
        found = _begin(request, form, lambda base: with_uploads(base, form.cleaned_data["upload"]))
    if isinstance(found, HttpResponse):
        return found
    return page(request, "rules/new", title="Import rules", form=form, problems=found, button="Import", is_import=True)


@require_http_methods(["GET"])
def export(request: HttpRequest, pk: int, name: str = "") -> HttpResponse:
    """Hand out one file of a version, or all four as a zip, to the letter."""
    version = version_of(pk)
    files = RuleFiles.of(version)
    if not name:
        response = HttpResponse(packed(files), content_type="application/zip")
        label = slugify(version.label) or str(version.pk)
        response["Content-Disposition"] = f'attachment; filename="rules-{label}.zip"'
        return response
    if name not in FIELDS:
        raise Http404
    kind = "text/csv" if name.endswith(".csv") else "application/json"
    response = HttpResponse(files.texts[FIELDS[name]].encode(), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET"])
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what a version changes against another, the published one unless it is asked for."""
    version = version_of(pk)
    others = list(RuleVersion.objects.exclude(pk=pk).only("label", "status"))
    wanted = to_int(request.GET.get("against"))
    against = next((other for other in others if other.pk == wanted), None)
    if against is None:
        against = next((other for other in others if other.status == "published"), None) or version.based_on
    found = difference_between(against, version) if against is not None else None
    return page(
        request,
        "rules/changes",
        title=f"What {version.label} changes",
        version=version,
        tab="changes",
        others=others,
        against=against,
        found=found,
        linked=parsed_rules(version).rows,
    )


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version = version_of(pk)
    return act(
        request,
        lambda: drafts.delete_draft(version=version),
        then=url("changelist"),
        done=f"“{version.label}” is thrown away.",
    )


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the sign-off of a version."""
    version = version_of(pk)
    form = SignOffForm(request.POST, prefix="sign", must=True)
    if not form.is_valid():
        messages.error(request, "A sign-off needs the clinician’s name, licence and the day. Nothing was recorded.")
        return redirect(url("change", pk))
    signed = form.signed_off
    assert signed is not None

    def work() -> None:
        rule_publishing.sign_off(version=version, sign_off=signed, now=clock.now())
        log(request, version, f"Sign-off: {signed.name}, {signed.licence}, {signed.on}.")

    return act(request, work, then=url("change", pk), done="The sign-off is recorded.")


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to the note of a version."""
    version = version_of(pk)
    text = request.POST.get("note-text", "").replace("\x00", "")[:4000]
    return act(
        request,
        lambda: rule_publishing.add_note(version=version, text=text, by=user_of(request), now=clock.now()),
        then=url("change", pk),
        done="The note is kept.",
    )

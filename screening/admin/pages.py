"""What the workbench's pages share: the version, its tabs, and saving an edit without losing what was typed."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from massage_booking.accounts.models import User
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Refused
from massage_booking.core.parsing import to_int
from screening.domain.rules import Rules
from screening.models import RuleVersion
from screening.rule_messages import sentence
from screening.rulebook import parsed_rules
from screening.rulework.book import Book, opened, written
from screening.rulework.checks import RulesRefused, checked
from screening.rulework.diff import Difference, difference
from screening.rulework.files import RuleFiles
from screening.services import rules as drafts

TABS: Final = (
    ("change", "Overview"),
    ("rows", "Conditions"),
    ("screen", "The screen"),
    ("texts", "Messages"),
    ("ages", "Ages and the day"),
    ("techniques", "Techniques"),
    ("afterwards", "Afterwards"),
    ("changes", "What changed"),
    ("bench", "Test bench"),
    ("publish", "Publish"),
)
# A message names so many changes; the rest is counted.
MOST_TOLD: Final = 5


class Forms(Protocol):
    """The forms of a page, as one thing to be valid or not."""

    def is_valid(self) -> bool: ...


def version_of(pk: int) -> RuleVersion:
    version = RuleVersion.objects.filter(pk=pk).select_related("based_on", "edited_by", "published_by").first()
    if version is None:
        raise Http404
    return version


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:screening_ruleversion_{name}", args=args)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def page(
    request: HttpRequest, template: str, *, title: str, version: RuleVersion | None = None, tab: str = "", **more: Any
) -> HttpResponse:
    """Show a page of the workbench, with the tabs of a version where there is one."""
    tabs = []
    if version is not None:
        shown = [name for name, _ in TABS if name != "publish" or version.is_open]
        tabs = [(url(name, version.pk), words, name == tab) for name, words in TABS if name in shown]
    context = {
        **admin.site.each_context(request),
        "opts": RuleVersion._meta,
        "version": version,
        "tabs": tabs,
        "title": title,
        "revision": version.revision if version is not None else 0,
        **more,
    }
    return TemplateResponse(request, f"admin/screening/{template}.html", context)


def posted_revision(request: HttpRequest) -> int:
    found = to_int(request.POST.get("revision"))
    return -1 if found is None else found


def log(request: HttpRequest, version: RuleVersion, text: str) -> None:
    """Keep who did what in the history of the version."""
    admin.site.get_model_admin(RuleVersion).log_change(request, version, text)


def told(lines: Iterable[str]) -> str:
    """Write changes into one message: the first few, and how many more."""
    found = list(lines)
    shown = " ".join(line if line.endswith(".") else f"{line}." for line in found[:MOST_TOLD])
    rest = len(found) - MOST_TOLD
    return f"{shown} And {rest} more." if rest > 0 else shown


def act(request: HttpRequest, work: Callable[[], object], *, then: str, done: str = "") -> HttpResponseRedirect:
    """Do something that needs no form, say how it went, and go on."""
    try:
        work()
    except DomainError as error:
        messages.error(request, sentence(error))
    else:
        if done:
            messages.success(request, done)
    return redirect(then)


class Edit:
    """One page on which a draft is edited.

    `make(rules, book, data)` makes its forms, `after(book, forms)` the edited book. Published versions show the same
    page to be read only. Nothing that was typed is lost when it cannot be saved.
    """

    def __init__(
        self,
        request: HttpRequest,
        version: RuleVersion,
        *,
        template: str,
        tab: str,
        title: str,
        make: Callable[[Rules, Book, Any], Any],
        after: Callable[[Book, Any], Book],
        then: str,
        **more: Any,
    ) -> None:
        self.request, self.version = request, version
        self.template, self.tab, self.title, self.then, self.more = template, tab, title, then, more
        self.make, self.after = make, after
        self.problems: list[str] = []
        self.would: Difference | None = None
        self.revision = version.revision

    def response(self) -> HttpResponse:
        rules, book = parsed_rules(self.version), opened(RuleFiles.of(self.version))
        if self.request.method != "POST":
            return self._show(self.make(rules, book, None))
        if not self.version.is_open:
            messages.error(self.request, sentence(Refused("rules_final")))
            return redirect(self.request.path)
        # Until a save succeeds, the page goes on being as old as it was.
        self.revision = posted_revision(self.request)
        forms = self.make(rules, book, self.request.POST)
        if forms.is_valid() and self._saved(rules, book, forms):
            return redirect(self.then)
        return self._show(forms)

    def _saved(self, rules: Rules, book: Book, forms: Any) -> bool:
        try:
            files = written(self.after(book, forms))
            drafts.save_draft(
                version=self.version,
                files=files,
                revision=self.revision,
                by=user_of(self.request),
                now=clock.now(),
            )
        except RulesRefused as refused:
            self.problems = refused.problems
            return False
        except DomainError as error:
            self.problems = [sentence(error)]
            if error.code == "rules_older_page":
                self.revision = self.version.revision
                self.would = _difference(rules, book, files)
            return False
        changes = _difference(rules, book, files).sentences()
        if changes:
            text = told(changes)
            log(self.request, self.version, text)
            messages.success(self.request, f"Saved. {text}")
        else:
            messages.info(self.request, "Saved. Nothing was different.")
        return True

    def _show(self, forms: Any) -> HttpResponse:
        return page(
            self.request,
            self.template,
            title=self.title,
            version=self.version,
            tab=self.tab,
            forms=forms,
            problems=self.problems,
            would=self.would,
            **{**self.more, "revision": self.revision},
        )


def _difference(rules: Rules, book: Book, files: RuleFiles) -> Difference:
    after = opened(files)
    return difference(rules, checked(files), old_cases=book.golden, new_cases=after.golden)

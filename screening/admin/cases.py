"""The studio's own example clients in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from massage_booking.core import clock
from massage_booking.core.admin_base import HouseAdmin
from massage_booking.core.errors import DomainError
from massage_booking.core.parsing import to_int
from screening.admin.forms_case import CaseForms
from screening.admin.forms_version import UploadCasesForm
from screening.admin.pages import user_of
from screening.admin.pages_bench import TAKE, tried_in_words, with_taken
from screening.domain.rules import Rules
from screening.models import RuleCase, RuleVersion
from screening.rule_messages import sentence
from screening.rulebook import parsed_rules, published_or_none
from screening.rulework import cases
from screening.rulework.book import as_text
from screening.rulework.checks import RulesRefused
from screening.rulework.strict import Malformed, parse
from screening.services import rule_cases

LIST = "admin:screening_rulecase_changelist"


@admin.register(RuleCase)
class RuleCaseAdmin(HouseAdmin):
    """Own example clients: every version must say about them what is expected."""

    list_display = ["title", "short_id", "is_active", "changed_at", "changed_by"]
    list_filter = ["is_active"]
    change_list_template = "admin/screening/cases/list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("import/", view(self.import_view), name="screening_rulecase_import"),
            path("export/", view(self.export_view), name="screening_rulecase_export"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Our example clients", **(extra_context or {})})

    @admin.display(description="example client")
    def title(self, case: RuleCase) -> str:
        return str(case)

    @admin.display(description="id")
    def short_id(self, case: RuleCase) -> str:
        return str(case.case.get("id", ""))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> RuleCase | None:
        """Find a case by its key or, as the bench knows it, by its public id."""
        found = RuleCase.objects.filter(public_id=object_id.replace("\x00", "")).first()
        return found or super().get_object(request, object_id, from_field)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self._edit(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        case = self.get_object(request, object_id)
        if case is None:
            raise Http404
        return self._edit(request, case)

    def _edit(self, request: HttpRequest, case: RuleCase | None) -> HttpResponse:
        """Show and keep one example client."""
        version = _version(request)
        rules = parsed_rules(version)
        raw = case.case if case else None
        before = cases.case_edit(raw) if raw is not None else cases.CaseEdit(id=_next_id(), title="")
        forms = CaseForms(rules, before, request.POST if request.method == "POST" else None)
        is_active = request.POST.get("is_active") == "on" if request.method == "POST" else not case or case.is_active
        problems: list[str] = []
        # Until a save is refused for being older, the page goes on being as old as it was.
        wording = rule_cases.wording_of(case) if case else ""
        seen = request.POST.get("seen") or wording
        if request.method == "POST" and forms.is_valid():
            problems, is_older = self._keep(request, case, rules, cases.as_case(forms.edit, raw), is_active)
            seen = wording if is_older else seen
            if not problems:
                tried = "Every version is tried on it" if is_active else "No version is tried on it"
                messages.success(request, f"Kept. {tried} from now on.")
                return redirect(_back(request, version))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": before.title or "A new example client",
            "forms": forms,
            "version": version,
            "case": case,
            "is_active": is_active,
            "problems": problems,
            "tried": tried_in_words(rules, raw),
            "is_own": True,
            "seen": seen,
        }
        return TemplateResponse(request, "admin/screening/cases/case.html", context)

    def _keep(
        self, request: HttpRequest, case: RuleCase | None, rules: Rules, raw: dict[str, Any], is_active: bool
    ) -> tuple[list[str], bool]:
        """Keep a client; return what is in the way, and whether it is that the page was older."""
        try:
            if request.POST.get("act") == TAKE:
                raw = with_taken(rules, raw)
            kept = rule_cases.save_case(
                case=case,
                raw=raw,
                is_active=is_active,
                by=user_of(request),
                now=clock.now(),
                seen=request.POST.get("seen"),
            )
        except RulesRefused as refused:
            return refused.problems, False
        except DomainError as error:
            return [sentence(error)], error.code == "rules_case_changed"
        if case is None:
            self.log_addition(request, kept, "Added.")
        else:
            self.log_change(request, kept, "Changed.")
        return [], False

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take example clients in the golden format from a file."""
        form = UploadCasesForm(request.POST or None, request.FILES or None)
        problems: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                found = parse(form.cleaned_data["file"].decode("utf-8"), "The file")
                if not isinstance(found, list):
                    raise Malformed("The file must be a list of example clients.")
                new, replaced = rule_cases.import_cases(cases=found, by=user_of(request), now=clock.now())
            except UnicodeDecodeError:
                problems = ["The file is not UTF-8."]
            except Malformed as error:
                problems = [str(error)]
            except RulesRefused as refused:
                problems = refused.problems
            else:
                messages.success(request, f"{new} new, {replaced} replaced by their id.")
                return redirect(LIST)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Import example clients",
            "form": form,
            "problems": problems,
        }
        return TemplateResponse(request, "admin/screening/cases/import.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out all of the studio's own example clients in the golden format."""
        found = [case.case for case in RuleCase.objects.all()]
        response = HttpResponse(as_text(found).encode(), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="example-clients.json"'
        return response


def _version(request: HttpRequest) -> RuleVersion:
    """Return the version whose answers the form offers: the one asked for, else the published one, else the newest."""
    asked = to_int(request.GET.get("under"))
    found = RuleVersion.objects.filter(pk=asked).first() if asked else None
    found = found or published_or_none() or RuleVersion.objects.first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, version: RuleVersion) -> str:
    if to_int(request.GET.get("under")) == version.pk:
        return reverse("admin:screening_ruleversion_bench", args=[version.pk])
    return reverse(LIST)


def _next_id() -> str:
    taken = {case.case.get("id") for case in RuleCase.objects.all()}
    return next(id_ for number in range(1, 10_000) if (id_ := f"S{number:02}") not in taken)

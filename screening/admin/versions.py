"""Rule versions in the admin: a workbench on which a clinician reviews, changes, tries and signs the rules."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from massage_booking.core.admin_base import HouseAdmin
from massage_booking.core.parsing import to_int
from massage_booking.core.wording import full_date
from screening.admin import pages_bench, pages_edit, pages_version
from screening.models import RuleVersion
from screening.models.rules import TEXTS, RuleStatus

# Pages of a version: (name, rest of the address, view).
PAGES = (
    ("rows", "conditions/", pages_edit.list_rows),
    ("row_add", "conditions/add/", pages_edit.add_row),
    ("row", "conditions/<slug:code>/", pages_edit.edit_row),
    ("row_remove", "conditions/<slug:code>/remove/", pages_edit.remove_row),
    ("screen", "screen/", pages_edit.edit_screen),
    ("texts", "messages/", pages_edit.edit_texts),
    ("ages", "ages/", pages_edit.edit_ages),
    ("techniques", "techniques/", pages_edit.edit_techniques),
    ("afterwards", "afterwards/", pages_edit.edit_afterwards),
    ("changes", "changes/", pages_version.changes),
    ("bench", "bench/", pages_bench.show_bench),
    ("review", "bench/review/", pages_bench.review),
    ("tested", "bench/tested/", pages_bench.mark_tested),
    ("case_add", "bench/add/", pages_bench.edit_case),
    ("case", "bench/client/<str:key>/", pages_bench.edit_case),
    ("case_remove", "bench/client/<str:key>/remove/", pages_bench.remove_case),
    ("publish", "publish/", pages_bench.publish),
    ("sign", "sign/", pages_version.sign),
    ("note", "note/", pages_version.note),
    ("throw_away", "throw-away/", pages_version.delete),
    ("export", "export/", pages_version.export),
    ("export_file", "export/<str:name>", pages_version.export),
)


@admin.register(RuleVersion)
class RuleVersionAdmin(HouseAdmin):
    """The list is Django's, the pages of a version are ours. No page shows anything about a client."""

    list_display = ["label", "state", "changed", "published", "sign_off"]
    list_filter = ["status"]
    change_list_template = "admin/screening/rules/list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [path("import/", view(pages_version.import_files), name="screening_ruleversion_import")]
        own += [
            path(f"<int:pk>/{rest}", view(page), name=f"screening_ruleversion_{name}") for name, rest, page in PAGES
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*TEXTS).select_related("edited_by", "published_by", "based_on")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return pages_version.new_draft(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        pk = to_int(object_id)
        if pk is None:
            raise Http404
        return pages_version.overview(request, pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A draft is thrown away on its own page; whatever was published stays.
        return False

    @admin.display(description="state", ordering="status")
    def state(self, version: RuleVersion) -> str:
        return version.get_status_display()

    @admin.display(description="last changed", ordering="edited_at")
    def changed(self, version: RuleVersion) -> str:
        return _who_when(version.edited_at or version.created_at, version.edited_by)

    @admin.display(description="published", ordering="published_at")
    def published(self, version: RuleVersion) -> str:
        return _who_when(version.published_at, version.published_by) if version.published_at else "never"

    @admin.display(description="signed off")
    def sign_off(self, version: RuleVersion) -> str:
        """Name who signed and when, or say that pages call the rules a draft."""
        if version.signed_off_on is not None:
            return f"{version.signed_off_by}, {full_date(version.signed_off_on)}"
        if version.state == RuleStatus.PUBLISHED:
            return "Not yet: pages call these rules a draft for review"
        return "Never" if version.state.is_final else "Not yet"


def _who_when(at: Any, by: Any) -> str:
    return f"{full_date(at)}, {by}" if by else full_date(at)

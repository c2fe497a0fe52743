"""The page that asks some rows again, and no others: what has ended, what is out of date, what a wait held back."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.core.errors import Refused
from screening import due, flow, help_now, selectors, services, signals, vault
from screening.document import Document, group_codes
from screening.flow import Visit
from screening.models import Screening
from screening.questions import OTHER_RULES, QuestionForm
from screening.views.doors import step

OTHER_WINDOW = "Some of this was answered in another window too, and not in the same way. Please look at it once more."


@dataclass
class Asked:
    """One showing of the page: its rows, which part of how many, the revision it stands on, what is said above."""

    form: QuestionForm
    part: int
    parts: int
    revision: int
    notices: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@step
def reask(here: Visit) -> HttpResponse:
    """Ask the rows that are due; every other answer stays as it is."""
    draft, complete = selectors.forms_of(here.client)
    if flow.consent_is_open(here) or flow.is_too_young(here) or complete is None:
        return redirect(flow.current_page(here))
    if here.request.method == "POST":
        return _save(here, is_addition=draft is None)
    if draft is None and due.must_say_what(here):
        return redirect("screening:changed")
    codes, part, parts = due.part_to_ask(here, due.codes_due(here))
    if draft is not None or not codes:
        return redirect(_elsewhere(here))
    return _page(here, _kept(here, complete, codes, part, parts))


def _elsewhere(here: Visit) -> str:
    """Return where to go on when nothing is asked here."""
    name = flow.current_page(here)
    return name if name != "screening:reask" else "screening:result"


def _form(here: Visit, codes: frozenset[str], document: Document, **more: object) -> QuestionForm:
    return QuestionForm(
        rules=here.rules,
        groups=here.form.all_groups,
        document=document,
        today=here.today,
        asked=codes,
        **more,  # type: ignore[arg-type]
    )


def _kept(here: Visit, complete: Screening, codes: frozenset[str], part: int, parts: int) -> Asked:
    """Show what is kept of the rows. That is a reading of the answers by a person, and recorded as one."""
    opened = vault.open_answers(
        complete, reader=here.reader, purpose="answering some questions again", now=here.now, address=here.address
    )
    kept = selectors.read_as(complete, here.rules, opened)
    shown = due.as_asked(here.rules, kept, codes, here.today)
    # Where the question stands open although it was answered, a new answer is needed.
    marks = [code for code in codes & kept.rows.keys() if shown.rows[code] != kept.rows[code]]
    return Asked(_form(here, codes, shown, marks=marks), part, parts, complete.revision)


def _sent_codes(here: Visit) -> frozenset[str]:
    """Return the rows that the page said it was about; a page that says none is about those that are due."""
    known = {code for group in here.rules.screen.groups for code in group_codes(here.rules, group.id)}
    sent = frozenset(here.request.POST.getlist("asked")) & known
    return sent or due.part_to_ask(here, due.codes_due(here))[0]


def _save(here: Visit, *, is_addition: bool) -> HttpResponse:
    codes = _sent_codes(here)
    if not codes:
        return redirect(_elsewhere(here))
    form = _form(here, codes, Document(), data=here.request.POST)
    emergency = help_now.given_is_emergency(
        here.rules, form.given, date_of_birth=here.client.date_of_birth, day=here.session_on
    )
    other_rules = [OTHER_RULES] if form.rules_label != here.version.label else []
    if (other_rules or not form.is_valid) and not emergency:
        # Nothing is begun by a page that is not finished: the complete answers stay in force.
        _, part, parts = due.part_to_ask(here, codes)
        return _page(here, Asked(form, part, parts, form.based_on, other_rules + form.notices))
    try:
        saved = services.save_groups(
            client=here.client,
            given=form.given,
            based_on=form.based_on,
            rules_label=form.rules_label,
            today=here.today,
            now=here.now,
            whole=form.is_valid,
            is_addition=True,
        )
    except Refused:
        return redirect("screening:consent")
    signals.step_saved.send(sender=Screening, client=here.client, request=here.request)
    if emergency:
        return redirect(flow.finish(here, emergency=True))
    if is_addition:
        flow.finish(here, emergency=False)
    # Otherwise the whole form was begun in another window: it goes on there, with these answers in it.
    return _next(here, saved)


def _next(here: Visit, saved: services.Saved) -> HttpResponse:
    if saved.look_again:
        services.ask_again(client=here.client, codes=saved.look_again, now=here.now)
        messages.warning(here.request, OTHER_WINDOW)
    elif saved.other_rules:
        messages.warning(here.request, OTHER_RULES)
    return redirect(flow.current_page(flow.visit(here.request) or here))


def _page(here: Visit, asked: Asked) -> HttpResponse:
    first = {row.code for row in here.form.now.rows}
    context = {
        **flow.frame(here),
        "form": asked.form,
        "revision": asked.revision,
        "notices": asked.notices,
        "part": asked.part,
        "parts": asked.parts,
        "is_first": (asked.form.asked or frozenset()) <= first,
        "has_changed": due.said_changed(here),
    }
    return render(here.request, "screening/reask.html", context)

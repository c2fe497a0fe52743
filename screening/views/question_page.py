"""One page of questions: shows what is kept, saves what was sent, says what is missing, goes on."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from massage_booking.core.errors import Refused
from screening import document as documents
from screening import flow, help_now, kiosk, selectors, services, signals, vault, words
from screening.document import Document
from screening.domain.form import FormGroup
from screening.flow import Visit
from screening.models import Screening
from screening.questions import OTHER_RULES, QuestionForm

OTHER_WINDOW = "You answered some of this in another window too. We kept both; please check the lines that are marked."


@dataclass
class Shown:
    """What the page shows: the form, the revision it stands on, and what has to be said above it."""

    form: QuestionForm
    revision: int
    notices: list[str] = field(default_factory=list)


def question_page(here: Visit, name: str) -> HttpResponse:
    """Answer one of the pages now, questions, today."""
    if flow.consent_is_open(here) or flow.is_too_young(here):
        return redirect(flow.current_page(here))
    if here.request.method == "POST":
        return _save(here, name)
    shown = _kept(here, name)
    elsewhere = _not_yet(here, name, shown.form.document)
    return redirect(elsewhere) if elsewhere else _page(here, name, shown)


def _groups(here: Visit, name: str) -> tuple[FormGroup, ...]:
    form = here.form
    return {"now": (form.now,), "questions": form.groups, "today": (form.today,)}[name]


def _form(here: Visit, name: str, document: Document, **more: object) -> QuestionForm:
    return QuestionForm(
        rules=here.rules,
        groups=_groups(here, name),
        document=document,
        today=here.today,
        asks_back_pain=name == "questions" and flow.asks_back_pain(here),
        **more,  # type: ignore[arg-type]
    )


def _kept(here: Visit, name: str) -> Shown:
    """Show what is kept. That is a reading of the answers by a person, and recorded as one."""
    draft, complete = selectors.forms_of(here.client)
    if here.is_write_only:
        # What was answered before is not theirs to see: only the form that was begun here.
        draft, complete = kiosk.own_draft(here.request, here.client), None
    screening = draft or complete
    if screening is None:
        return Shown(_form(here, name, Document()), 0)
    opened = vault.open_answers(
        screening, reader=here.reader, purpose="filling in the questions", now=here.now, address=here.address
    )
    document = selectors.read_as(screening, here.rules, opened)
    if draft is None and not (name == "today" and flow.may_add_today(here)):
        document = documents.as_start(here.rules, document, here.today)
    return Shown(_form(here, name, document), screening.revision)


def _not_yet(here: Visit, name: str, document: Document) -> str:
    """Return the page that comes before this one, nothing when it is this one's turn."""
    if name == "now" or (name == "today" and flow.may_add_today(here)):
        return ""
    born = here.client.date_of_birth
    if help_now.stops(here.rules, document, date_of_birth=born, day=here.session_on):
        return "screening:now"
    due = flow.open_page(here, document)
    if due == "screening:now" or (due == "screening:questions" and name == "today"):
        return due
    return ""


def _save(here: Visit, name: str) -> HttpResponse:
    data = here.request.POST
    form = _form(here, name, Document(), data=data)
    on_the_way = "saving" in data or "later" in data
    is_addition = name == "today" and flow.may_add_today(here)
    other_rules = [OTHER_RULES] if form.rules_label != here.version.label else []
    if is_addition and (other_rules or not form.is_valid) and not _asks_for_help(here, form):
        # Nothing is begun by a page that is not finished: the complete answers stay in force.
        return _page(here, name, Shown(form, form.based_on, other_rules + form.notices))
    try:
        if here.is_write_only:
            kiosk.ensure_own_draft(here.request, here.client, now=here.now)
        saved = services.save_groups(
            client=here.client, given=form.given, based_on=form.based_on, rules_label=form.rules_label,
            today=here.today, now=here.now, whole=form.is_valid and not on_the_way, is_addition=is_addition,
        )  # fmt: skip
    except Refused:
        return redirect("screening:consent")
    signals.step_saved.send(sender=Screening, client=here.client, request=here.request)
    disagrees = bool(saved.look_again or saved.other_rules)
    if "saving" in data:
        # Where two windows disagree, this one has not seen the other's ticks: it goes on from what it showed.
        stands_on = form.based_on if disagrees else saved.screening.revision
        return JsonResponse({"revision": stands_on, "look_again": disagrees})
    emergency = flow.is_emergency(here, saved.document)
    if emergency or is_addition:
        return redirect(flow.finish(here, emergency=emergency))
    if disagrees:
        return _page(here, name, _merged(here, name, saved))
    if "later" in data:
        messages.success(here.request, "Saved. You can go on from here later, in this browser.")
        return redirect(f"screening:{name}")
    if not form.is_valid:
        return _page(here, name, Shown(form, saved.screening.revision, form.notices))
    return redirect(flow.settle(here, saved.document))


def _asks_for_help(here: Visit, form: QuestionForm) -> bool:
    """Tell whether what was ticked on an unfinished page needs help at once."""
    born = here.client.date_of_birth
    return help_now.given_is_emergency(here.rules, form.given, date_of_birth=born, day=here.session_on)


def _merged(here: Visit, name: str, saved: services.Saved) -> Shown:
    """Show what two windows, or two versions of the questions, came to together: a reading of what the other saved."""
    vault.record_reading(
        here.client, reader=here.reader, what="answers", purpose="filling in the questions", now=here.now,
        address=here.address,
    )  # fmt: skip
    form = _form(here, name, saved.document, look_again=saved.look_again)
    notices = [OTHER_WINDOW] if saved.look_again else []
    return Shown(form, saved.screening.revision, notices + ([OTHER_RULES] if saved.other_rules else []))


def _places(here: Visit, name: str, document: Document) -> int:
    """Return how many pages of questions there are, 0 where this one stands alone."""
    if name == "today" and flow.may_add_today(here):
        return 0
    return 3 if name == "today" or flow.today_is_needed(here, document) else 2


def _page(here: Visit, name: str, shown: Shown) -> HttpResponse:
    context = {
        **flow.frame(here),
        "form": shown.form,
        "places": _places(here, name, shown.form.document),
        "revision": shown.revision,
        "notices": shown.notices,
        "unsigned": here.version.signed_off_on is None,
        "unsigned_note": words.UNSIGNED,
    }
    return render(here.request, f"screening/{name}.html", context)

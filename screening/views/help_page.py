"""The page for when help is needed at once, for every view that may have to show it."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from screening import selectors
from screening.result import help_of


def emergency_page(request: HttpRequest, message_ids: Iterable[str], *, back_url: str = "") -> HttpResponse:
    """Show the messages, the numbers and nothing else; `back_url` is the way back for a tick made by mistake."""
    _, rules = selectors.published_rules()
    shown = {"messages": help_of(rules, message_ids, getattr(request, "studio", None))}
    return render(request, "screening/emergency.html", {"result": shown, "back_url": back_url})

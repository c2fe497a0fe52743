"""Pages of no app: the answer to a missing form token."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell what to do when a form is too old or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)

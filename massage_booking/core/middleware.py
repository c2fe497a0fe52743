"""Middleware: garbage is refused at the door, pages with personal data are not kept by browsers."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

Handler = Callable[[HttpRequest], HttpResponse]


def is_garbage(raw: bytes) -> bool:
    """Say whether a decoded path or query holds a NUL byte or is not UTF-8."""
    if b"\x00" in raw:
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def refusal(request: HttpRequest) -> HttpResponse:
    response = SimpleTemplateResponse("400.html", status=400)
    return response.render()


class RefuseGarbage:
    """Answer 400 to NUL bytes and bad UTF-8, which one database engine refuses and the other stores."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "").replace("+", " "))
        path = request.META.get("PATH_INFO", "").encode("latin-1", "replace")
        if is_garbage(query) or b"\x00" in path or "\x00" in request.path or "\ufffd" in request.path:
            return refusal(request)
        if request.method == "POST" and self.has_garbage_fields(request):
            return refusal(request)
        return self.get_response(request)

    @staticmethod
    def has_garbage_fields(request: HttpRequest) -> bool:
        if not (request.content_type or "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
            return False
        for name, values in request.POST.lists():
            if "\x00" in name or any("\x00" in value or "\ufffd" in value for value in values):
                return True
        return False


class NoStore:
    """Keep pages out of caches; only static files and portraits set their own rule."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store"
        return response


class PlainNotFound:
    """Show our own page for what is not there under DEBUG too, where Django would list every address it knows."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return page_not_found(request, Http404()) if response.status_code == 404 and settings.DEBUG else response

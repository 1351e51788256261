"""What every request goes through, whatever the room: what comes in is text, what goes out says how to be treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils.cache import patch_cache_control

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Handler = Callable[[HttpRequest], HttpResponseBase]

# Powers of the browser that no page of the house asks for.
POWERS = (
    "accelerometer",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
    # No other site embeds our pages, images or files.
    "Cross-Origin-Resource-Policy": "same-origin",
}


class EnTetes:
    """Complete the headers that Django and django-csp set; static files and errors carry them too.

    Whatever is answered to a browser that holds a session, or is given one, is kept by no cache.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        static = request.path_info.startswith(settings.STATIC_URL) and response.status_code < 400
        cookies = {*request.COOKIES, *response.cookies}
        if settings.SESSION_COOKIE_NAME in cookies and not static:
            del response.headers["Cache-Control"]
            patch_cache_control(response, private=True, no_store=True)
        return response


class Texte:
    """Refuse, as a bad request, an address that no keyboard types: a NUL byte, which no database column holds.

    Forms refuse it in what is posted; addresses have no form.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("octet nul dans l’adresse")
        return self.get_response(request)

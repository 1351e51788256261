"""The address that supervision and `manage.py serve` ask: does the platform answer, and its database with it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import OperationalError, connection
from django.http import HttpResponse
from django.views import View

if TYPE_CHECKING:
    from django.http import HttpRequest


class Sante(View):
    """Public: 200 « ok », or 503 while the database is away; says nothing else to anyone."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
        except OperationalError:
            return HttpResponse("base de données injoignable\n", content_type="text/plain", status=503)
        return HttpResponse("ok\n", content_type="text/plain")

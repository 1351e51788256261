"""Walk through the pages as people do: somebody signs in, opens the menu, follows links, fills, presses, reads.

The day is the story's own: Django tells it, to the browser's server too, since both are one process.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from playwright.sync_api import Locator, Page

    from maillage.references.accounts.models import User

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def plain(text: str) -> str:
    """Return a text with one ordinary space wherever the page has some white."""
    return re.sub(r"\s+", " ", text).strip()


class Visite:
    """One browser in which several persons come one after the other, on days that the story chooses."""

    def __init__(self, page: Page, url: str, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch) -> None:
        self.page, self.url, self.axe, self.monkeypatch = page, url, axe, monkeypatch
        page.set_default_timeout(10_000)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def at(self, day: date) -> None:
        """It is nine o'clock on this day."""
        moment = timezone.make_aware(datetime.combine(day, time(9)))
        self.monkeypatch.setattr(timezone, "now", lambda: moment)

    def on(self, day: date, user: User) -> None:
        """A day begins, and this person signs in."""
        self.at(day)
        client = Client()
        client.force_login(user)
        self.page.context.clear_cookies()
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}
        self.page.context.add_cookies([cookie])
        self.page.goto(f"{self.url}/mon-espace/")

    def menu(self, entry: str, line: str = "") -> None:
        """Open a page from the menu, look at it."""
        nav = self.page.get_by_role("navigation", name="Menu principal")
        if line:
            nav.get_by_role("button", name=entry, exact=True).click()
        nav.get_by_role("link", name=line or entry, exact=True).click()
        self.axe(self.page)

    def follow(self, name: str) -> None:
        """Follow a link of the page, look at where it leads."""
        self.main.get_by_role("link", name=name, exact=True).first.click()
        self.axe(self.page)

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()
        self.axe(self.page)

    def fill(self, **fields: str) -> None:
        """Fill or choose fields by their name in the form: what is typed, or the value of the choice."""
        for name, value in fields.items():
            field = self.main.locator(f"#id_{name}")
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def title(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def text(self, selector: str = "main") -> str:
        """Return what a part of the page says."""
        return plain(self.page.locator(selector).first.inner_text())

    def section(self, name: str) -> str:
        """Return what the section under a heading says, without its heading."""
        heading = self.main.get_by_role("heading", name=name, exact=True).first.inner_text()
        code = self.main.get_by_role("heading", name=name, exact=True).first.get_attribute("id")
        return self.text(f"[aria-labelledby='{code}']").removeprefix(plain(heading)).strip()

    def rows(self, caption: str) -> list[list[str]]:
        """Return the cells of a table, line by line."""
        body = self.main.locator("table").filter(has=self.page.locator("caption", has_text=caption)).first
        lines: list[list[str]] = body.locator("tbody tr").evaluate_all(
            "lines => lines.map(line => [...line.cells].map(cell => cell.textContent))"
        )
        return [[plain(cell) for cell in line] for line in lines]

    def told(self) -> str:
        """Return what the page says of the act that was just done."""
        return plain(self.page.locator(".fr-alert--success").first.inner_text())

    def is_refused(self, url: str, status: int = 404) -> None:
        response = self.page.goto(url)
        assert response is not None
        assert response.status == status

    def fits_a_phone(self) -> None:
        self.page.set_viewport_size(PHONE)
        self.axe(self.page)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], self.page.url
        self.page.set_viewport_size(DESK)

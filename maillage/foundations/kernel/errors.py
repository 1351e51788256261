"""How a service says no: with reasons a person can read and act upon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for a refusal.

    `code` is stable and meant for machines, `message` is French and meant for the person; `field` names the form
    field it concerns, when there is one.
    """

    code: str
    message: str
    field: str | None = None


class Refused(Exception):
    """An act that the rules do not allow. Nothing was written."""

    def __init__(self, *refusals: Refusal) -> None:
        if not refusals:
            raise ValueError("a refusal needs a reason")
        super().__init__(" ".join(refusal.message for refusal in refusals))
        self.refusals = refusals

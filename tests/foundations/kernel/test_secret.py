"""One threshold of secrecy, dated, and the words that tell it."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.foundations.kernel import secret
from maillage.foundations.kernel.parameters import catalogue


def test_one_parameter_holds_the_threshold() -> None:
    assert [code for code in catalogue() if code.endswith("secret_effectif_min")] == [secret.EFFECTIF_MIN]
    assert secret.get_effectif_min() == secret.get_effectif_min(date(2018, 11, 1)) == 5


def test_the_words_follow_the_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "moins de 5," in secret.describe_secret()
    monkeypatch.setattr(secret, "get_effectif_min", lambda on: 11)
    assert "moins de 11," in secret.describe_secret()

"""Fields refuse what cannot be true, and say so, wherever it would fail later."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from contracts.fields import Instant, Month, Text


@pytest.mark.parametrize("text", ["\u200b", "\ufeff \u2060", "\u3000", "\u00ad\t"])
def test_a_text_of_blanks_and_characters_without_width_says_nothing(text: str) -> None:
    with pytest.raises(ValidationError, match="Only blanks"):
        Text().deserialize(text)


@pytest.mark.parametrize("text", ["阿依古丽·买买提", "买买提•艾力", "a\u200db", "．"])
def test_names_with_separators_and_joiners_are_texts(text: str) -> None:
    assert Text().deserialize(text) == text


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+08:00"])
def test_a_moment_that_lies_outside_the_calendar_in_utc_is_refused(moment: str) -> None:
    with pytest.raises(ValidationError, match="Not a valid"):
        Instant().deserialize(moment)


@pytest.mark.parametrize("month", ["0000-01", "9999-12", "2026-13", "2026-00", "2026-1", "２０２６-01"])
def test_a_month_is_one_of_these_centuries(month: str) -> None:
    with pytest.raises(ValidationError, match="A month such as"):
        Month().deserialize(month)

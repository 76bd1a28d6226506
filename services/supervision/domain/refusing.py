"""A rule of what cannot be is worded where it stands: each refusal says why in both languages."""

from __future__ import annotations


class Unusable(ValueError):
    """What somebody gave cannot be used; ``why`` is ``{"zh", "en"}``, in words that fit after "cannot be used:"."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = {"zh": zh, "en": en}

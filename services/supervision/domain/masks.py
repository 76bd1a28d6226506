"""What a list shows of a person: enough to tell two apart, too little to find one."""

from __future__ import annotations


def name(full: str | None) -> str | None:
    """``王*`` of 王小五, ``J*`` of John."""
    return f"{full[0]}*" if full else None


def phone(number: str | None) -> str | None:
    """``138****0000``; of a short number nothing."""
    if number is None:
        return None
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "****"

"""The table of every message in contracts/README.md, made from the registry: python -m contracts.table refreshes it."""

from __future__ import annotations

from pathlib import Path

from contracts.registry import REGISTRY, Contract, Registry

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- messages: begin -->", "<!-- messages: end -->"
HEAD = ("Type", "Version", "Kind", "Owner", "Heard by", "Meaning")


def table(registry: Registry = REGISTRY) -> str:
    """The messages as Markdown, commands before events, in the order in which a case meets them."""
    rows = [HEAD, tuple("---" for _ in HEAD)]
    for owner in dict.fromkeys(contract.owner for contract in registry):
        own = [contract for contract in registry if contract.owner == owner]
        rows += [_row(contract) for kind in ("command", "event") for contract in own if contract.kind == kind]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(contract: Contract) -> tuple[str, ...]:
    name, _, version = contract.type.rpartition(".v")
    heard_by = ", ".join(contract.heard_by) or "nobody yet"
    owner = "every service" if contract.owner == "platform" else contract.owner
    return f"`{name}`", version, contract.kind, owner, heard_by, contract.description


def with_table(text: str, registry: Registry = REGISTRY) -> str:
    """The README with its table made anew."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(registry)}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")

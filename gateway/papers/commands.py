"""``aidbus papers``: what a center does with its templates of official papers and the words of its report."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from chassis.errors import StartError
from chassis.settings import load
from contracts.papers import PAPERS
from gateway.papers import render, word
from gateway.papers.shelf import FORMS, SHIPPED, BadTemplate, Shelf, check
from gateway.papers.wording import LANGUAGES
from gateway.reports import render as report
from gateway.reports import sample
from gateway.settings import GatewaySettings

REPORT = "report"


@click.group()
def papers() -> None:
    """Official papers and the half-year report: check, copy and try templates."""


@papers.command(name="check")
@click.argument("folder", required=False)
def check_folder(folder: str | None) -> None:
    """Check a folder of templates; without one that of AIDBUS_PAPERS."""
    where = folder or load(GatewaySettings).papers or str(SHIPPED)
    try:
        notes = check(where)
    except BadTemplate as error:
        raise StartError(str(error)) from None
    for note in notes:
        click.echo(f"note: {note}")
    click.echo(f"{where}: the templates can be used")


@papers.command()
@click.argument("folder")
def copy(folder: str) -> None:
    """Copy the shipped templates to a folder, to be edited there; what is there already is left alone."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(SHIPPED.iterdir()):
        if not (target / path.name).exists():
            shutil.copy(path, target / path.name)
            click.echo(target / path.name)


@papers.command(name="word")
@click.argument("folder")
def make_word(folder: str) -> None:
    """Make the DOCX templates of a folder anew from its HTML templates, so that both say the same."""
    found = sorted(Path(folder).glob("*.html"))
    if not found:
        raise StartError(f"{folder}: there are no HTML templates")
    for path in found:
        try:
            word.write(path.read_text(encoding="utf-8"), path.with_suffix(".docx"))
        except UnicodeDecodeError:
            raise StartError(f"{path.name}: it is not UTF-8; save it so") from None
        click.echo(path.with_suffix(".docx"))


@papers.command()
@click.argument("kind", type=click.Choice([*PAPERS, REPORT]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", help="Of the report; papers are Chinese.")
def preview(kind: str, file: Path, language: str) -> None:
    """Write a paper, or the half-year report, with sample data, PDF or DOCX by the file's name."""
    form = file.suffix.removeprefix(".")
    if form not in FORMS:
        raise StartError(f"{file.name}: a preview is a .pdf or a .docx")
    try:
        shelf = Shelf(load(GatewaySettings).papers)
        if kind == REPORT:
            made = report.render(shelf, form, language, sample.facts())
        else:
            made = render.render(shelf, kind, form, PAPERS[kind].facts)
        file.write_bytes(made)
    except (BadTemplate, render.Absent) as error:
        raise StartError(str(error)) from None
    click.echo(file)

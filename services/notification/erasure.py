"""A person's data were erased at intake: what colleagues were told about their applications loses its words (PIPL 47).

A refusal's reasons stand in the text of its notification, and in what waits for a post that nobody holds. Titles,
moments, who was told and who read it stay; titles hold no names and no reasons (``domain/texts.py``).
"""

from __future__ import annotations

import typing as t

from sqlalchemy import select

from chassis import dead_letters
from chassis.work import Work
from services.notification.models import Notification, Vacancy

ERASED = {"zh": "（已删除）", "en": "(erased)"}


def person_erased(work: Work, event: dict[str, t.Any]) -> None:
    """Erase the words about these applications; again is harmless."""
    session, applications = work.session, event["applications"]
    for told in session.scalars(select(Notification).where(Notification.application.in_(applications))):
        told.text_zh, told.text_en, told.variants = ERASED["zh"], ERASED["en"], None
    named = {str(application) for application in applications}
    for waiting in session.scalars(select(Vacancy)):
        if waiting.data.get("application") in named:
            session.delete(waiting)
    dead_letters.erase(session, [event["person"], *applications], work.now, work.endings, work.settings.vault)

"""The tables of intake. Columns named ``*_sealed`` hold personal data that only the vault opens."""

from __future__ import annotations

from services.intake.models.applications import Act, Application, Counter, Document, Objection, Referral
from services.intake.models.base import Base
from services.intake.models.imports import Import, ImportBatch, ImportKey
from services.intake.models.network import OrganizationProfile, Staff, Station, StationAct, StationMark
from services.intake.models.persons import Consent, Look, Merge, Person
from services.intake.models.services import Pair, Service

__all__ = [
    "Act",
    "Application",
    "Base",
    "Consent",
    "Counter",
    "Document",
    "Import",
    "ImportBatch",
    "ImportKey",
    "Look",
    "Merge",
    "Objection",
    "OrganizationProfile",
    "Pair",
    "Person",
    "Referral",
    "Service",
    "Staff",
    "Station",
    "StationAct",
    "StationMark",
]

"""The base of intake's tables."""

from __future__ import annotations

import typing as t

from chassis.database import service_base

Base: t.Any = service_base()

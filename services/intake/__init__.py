"""Intake: from the knock at the door to the decision."""

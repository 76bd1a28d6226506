"""The ways out of the platform, one module each: a function that sends one letter and says how it ended.

Obligation of every ``send``: it returns an Outcome for whatever the far side does, raises nothing that the far side
can cause, ends within its timeout, and puts no personal data into ``detail``.
"""

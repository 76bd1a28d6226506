"""Supervision: every clock, every check, every figure of the network."""

"""Benchmarks: the platform side by side with what a user would otherwise run, in one command."""

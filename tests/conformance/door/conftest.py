"""The door on the bench of the gateway's unit tests."""

from tests.unit.gateway.conftest import bench, network

__all__ = ["bench", "network"]

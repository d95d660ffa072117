"""Starts the services before any conftest below imports a model: pytest reads those before it configures itself."""

from tests import bench

bench.start()

"""Starts the services before any conftest below imports a model: pytest reads those before it configures itself."""

from tests import bench

bench.start()

from tests.teaching import ash, elm, late, own_alone, taught  # noqa: E402

__all__ = ["ash", "elm", "late", "own_alone", "taught"]

"""The cast plays here too."""

from tests.cast import cast

__all__ = ["cast"]

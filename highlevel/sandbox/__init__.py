"""A stand-in for HighLevel: every documented operation over HTTP, with state, a clock, and trouble on request."""

from highlevel.sandbox import resources
from highlevel.sandbox.box import Sandbox
from highlevel.sandbox.world import World

__all__ = ["Sandbox", "World", "resources"]

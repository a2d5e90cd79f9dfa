"""Loaded by workers of benches."""

from highlevel.outbox import registry
from tests.outboxes import Create

registry.handler(Create)

"""Measurements for ./dev bench: each module has `run(report, args)` and states its yardstick."""

"""Decisions, what they are worth in kroner, and the report of a course. The rules stand in `bit_model`."""

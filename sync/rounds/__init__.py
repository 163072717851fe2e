"""Collection rounds: which cases are asked for a schedule, where each stands, and what to write to those who wait."""

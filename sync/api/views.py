"""Version 1 whole: with this module every resource's routes are on the blueprint."""

from sync.api import cases, comparison, index, negotiation, parameters, problems, rounds, submissions
from sync.api.description import blueprint

__all__ = [
    "blueprint",
    "cases",
    "comparison",
    "index",
    "negotiation",
    "parameters",
    "problems",
    "rounds",
    "submissions",
]

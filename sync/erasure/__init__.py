"""Retention and erasure: what is due, and erasing it for good."""

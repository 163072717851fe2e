"""Meetings about a case: called, minuted with the figures of the day, and the tasks that come of them."""

"""The interface for the add-in and other tools, under /api/v1."""

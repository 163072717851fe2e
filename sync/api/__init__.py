"""The interface for the add-in and other tools, under /api/v1: a module per resource, and a page about them all."""

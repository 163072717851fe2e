"""A case's goals, the time they got, and a draft of the provider's status."""

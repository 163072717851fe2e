"""What the two parties say to each other about a case."""

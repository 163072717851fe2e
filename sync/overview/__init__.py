"""The first page: every case in pictures and numbers, what waits for a person, and what falls due."""

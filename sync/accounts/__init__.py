"""Accounts: who may sign in, by what, what each role may reach, and the pages about it."""

"""Where the add-in runs: one folder per host."""

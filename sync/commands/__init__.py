"""The commands of `bitark`, a module for each group; sync/cli.py puts them together."""

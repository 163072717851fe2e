"""Returned files: receive them, show what is wrong with them, hand the originals out."""

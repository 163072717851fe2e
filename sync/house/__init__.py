"""One page per house: the same night as every housemate's sheet states it, and what the roster has for it."""

"""One page per case: the three pillars, the hours behind them, and the way back to the cells."""

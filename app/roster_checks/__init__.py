"""名册核对: whether the rosters of a grid are kept current, found out by looking at a few rows that are drawn by lot."""

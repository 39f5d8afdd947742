"""The registers' part of a demonstration: an invented district's rosters, one module for each group of them."""

"""业委会: committees of owners, their members with dated posts, their terms."""

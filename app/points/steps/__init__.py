"""What was done about entries after they were written: checks, 公示, disputes and decisions, each a step of a chain."""

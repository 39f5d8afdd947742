"""党组织: the party tree of committees, branches, groups and households."""

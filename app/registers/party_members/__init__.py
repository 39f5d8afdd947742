"""党员: the three rosters of members."""

"""Jobs: long work kept in a table, so that a crash loses and doubles nothing."""

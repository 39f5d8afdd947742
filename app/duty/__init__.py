"""值班: who is on duty when and why, exchanged shifts, and what happened in each."""

"""The first page: today's figures, what is asked of me, the month."""

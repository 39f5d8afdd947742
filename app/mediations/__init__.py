"""矛盾调解: a dispute from being told to its file in the cabinet, five steps in thirty days."""

"""Accounts, posts, row scope, masks, change history and the audit chain."""

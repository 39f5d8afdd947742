"""Signing in, one's own account, and the pages for accounts and posts."""

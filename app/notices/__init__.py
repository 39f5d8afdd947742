"""Notices: what somebody should know or do, written down or computed."""

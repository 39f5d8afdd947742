"""Channels that send events in by REST: a token each with that one right, and keys under which nothing comes twice."""

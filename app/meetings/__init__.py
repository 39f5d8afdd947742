"""Meetings: who should come, who came, what was said, voted and resolved, and what became of it."""

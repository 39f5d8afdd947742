"""Reads a whole district from its profile: settings, areas, and the invented data of a demonstration."""

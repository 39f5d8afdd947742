"""Tests mirror the rooms; architecture/ guards the house, journeys/ are stories from end to end."""

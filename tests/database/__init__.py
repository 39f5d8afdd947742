"""Tests of the ground below the ORM."""

"""Tests of the report centre."""

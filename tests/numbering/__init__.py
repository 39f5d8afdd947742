"""Tests of app/numbering."""

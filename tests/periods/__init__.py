"""Tests of app/periods."""

"""Tests of app/notices."""

"""Tests of channels that send events in."""

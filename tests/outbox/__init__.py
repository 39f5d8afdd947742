"""Tests of messages to others."""

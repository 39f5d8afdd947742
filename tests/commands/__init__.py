"""Tests of this room: the contract of docs/commands.md."""

"""Tests of app/workbooks."""

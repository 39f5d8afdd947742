"""Periods: months, quarters and weeks as values, and which months are closed."""

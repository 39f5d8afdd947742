"""Scores of a period, ranks and grades: only where the book says so and names the document that asks for it."""

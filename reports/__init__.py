"""The report generator: plain rows in, a Document, and the same Document out as PDF, Word, Excel and HTML.

A library of its own: it knows nothing of Flask, of the database or of the app.
"""

"""Points the book gives by itself for what the system knows, taken back when their cause is taken back."""

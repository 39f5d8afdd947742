"""What an office sets in the browser: its names, bounds and deadlines, and the columns it adds to registers."""

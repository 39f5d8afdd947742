"""What a district configures: levels, list names, grid bounds, letterheads; read as a plain `Profile`."""

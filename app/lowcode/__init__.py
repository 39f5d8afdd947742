"""The engine: one declared Register becomes pages, API, files, papers and permissions."""

"""Files: attachments kept by their content and served only through their record."""

"""三张清单: resources, needs and projects; what a district calls them is its own affair."""

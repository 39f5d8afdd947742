"""The year's assessment (年度考核): parts and marks, honours and warnings, grades, and what is decided about a worker."""

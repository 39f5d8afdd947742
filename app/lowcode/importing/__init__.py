"""Pouring in workbooks as offices keep them: sheets → layout → matching → cells → diff → batch, and back out again."""

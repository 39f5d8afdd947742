"""The tree of areas: model, rules, queries, service. It has no pages of its own."""

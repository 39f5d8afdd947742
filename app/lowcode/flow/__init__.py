"""Flows as data: states, actions, limits and who may act; pure rules, their rows, and the pages that show them."""

"""Events: reported, dispatched, handled, checked and visited; taken in from other platforms or by whoever sees them."""

"""入户走访: who was visited when, what was found, what follows, and who was not visited for long."""

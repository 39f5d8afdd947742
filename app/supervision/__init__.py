"""督办台账: one register for all that was ordered or is late; three supervisions, batches with a numbered letter, weekly progress."""

"""党费台账: who owes which month and who has paid; the money itself is handled elsewhere."""

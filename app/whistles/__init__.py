"""吹哨报到: a street's secretary or director calls departments to the spot; they sign, come, act, and are scored once."""

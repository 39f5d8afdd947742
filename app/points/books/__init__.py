"""积分细则: the rule book as data – read, checked, published version by version, tried on last month, compared."""

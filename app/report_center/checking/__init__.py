"""逐格核对: a handed-in paper cell by cell, remarks that go back with it, and the street's 调整说明 beside its figures."""

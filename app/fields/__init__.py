"""What one value is: column types, plain checks, code lists, masks, sealing, pinyin and the working calendar."""

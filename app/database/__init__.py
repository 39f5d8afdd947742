"""The ground every room stands on: transactions, column types, and the words in which a model declares its scope."""

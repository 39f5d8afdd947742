"""The pages of an import as plain values: one file per step."""

"""名册: one file each; its model, its columns, its REGISTER."""

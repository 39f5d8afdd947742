"""办公室自己的模板: an .xlsx or .docx of the office with 【names】 in it, filled from the data in its own styles."""

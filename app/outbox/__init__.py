"""What the program tells others: messages written with what they tell, sent afterwards as signed calls or e-mail."""

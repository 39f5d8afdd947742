"""Why a sum of points became another one: any two states it was shown or printed in, and the entries between them."""

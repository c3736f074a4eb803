"""What a formula is: its tree, its references, and the functions of Excel that stand in it."""

"""What is kept of people: the register, what each one may ask, and what becomes of it."""

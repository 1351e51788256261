"""Pure computation over values and arrays: no Django, no clock, no database."""

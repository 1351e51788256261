"""Mirror of the source: `tests/<floor>/<room>/test_<module>.py`; journeys/ tells one story per objective."""

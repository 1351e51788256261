"""What every room stands on: screens, components, acts and their traces, jobs, documents, the embedded database.

The kernel knows no business: no word of the IAE appears here.
"""

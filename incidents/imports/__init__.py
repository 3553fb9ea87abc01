"""The import of event data: files become clean rows, rows become statements, statements become records.

`reading` takes the dirt off a file, `ucdp`, `acled` and `table` say what a row of their layout states, `matching` finds
the places and forces that it names, and `writing` checks the whole file and then writes it, batch by batch.
"""

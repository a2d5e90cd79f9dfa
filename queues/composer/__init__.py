"""Writing an item of a queue with the composer's fields: several texts that take turns, and no date of its own."""

"""Who gets which answer from which address: the table, and the stage on which it is played."""

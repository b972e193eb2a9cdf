"""Rules over tables: conditions as expressions over columns, with the meaning of `evaluate`."""

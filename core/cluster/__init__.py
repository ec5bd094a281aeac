"""The same commands on a Ray cluster. Which work goes where is Ray's business; what the work is, is not."""

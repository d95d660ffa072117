"""What leaves the house: Excel and Word, each line with its source."""

"""What reading a case file took, and which answer pays for it. Knows seconds alone."""


class Expense:
    """Seconds spent on reading a case file, and how many of them no answer has paid for yet."""

    def __init__(self) -> None:
        self.seconds = self.owed = 0.0

    def spend(self, seconds: float) -> None:
        """So many seconds more were spent."""
        self.seconds += seconds
        self.owed += seconds

    def pay(self, seconds: float) -> float:
        """Up to so many of the seconds that are owed; then they are paid."""
        paid = min(seconds, self.owed)
        self.owed -= paid
        return paid

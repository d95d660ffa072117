from review.errors import Conflict


class UnderWay(Conflict):
    code = "under_way"
    sentence = "Questions are being put to this matter already. Wait until they are answered, or cancel them."


class NothingLeft(Conflict):
    code = "nothing_left"
    sentence = "There is nothing of this left to go on with."


class NothingToRead(Conflict):
    code = "nothing_to_read"
    sentence = "There is no readable document in this matter yet."


class NotAcross(Conflict):
    code = "not_across"
    sentence = (
        "This reader cannot read the whole matter as one case file: its window is too short, or not known. "
        "Ask each case file by itself, or have an administrator state the window of the reader."
    )

from review.errors import Conflict, Invalid


class AlreadySettled(Conflict):
    code = "already_settled"
    sentence = "This finding is settled already. Undo that decision to change it."


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    sentence = "There is no decision to undo."


class NotTheSource(Invalid):
    code = "not_the_source"
    sentence = "The selected words do not equal the document at that place. Select them again."

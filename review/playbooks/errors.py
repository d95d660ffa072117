from review.errors import Invalid


class NameTaken(Invalid):
    code = "name_taken"
    sentence = "There is already a question of this name. Choose another."

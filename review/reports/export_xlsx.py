from review.accounts.models import User
from review.matters.models import Matter


def export_xlsx(matter: Matter, *, by: User) -> bytes:
    raise NotImplementedError

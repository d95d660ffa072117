from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db.models import BooleanField, CharField, DateTimeField, EmailField, UniqueConstraint, UUIDField
from django.db.models.functions import Lower
from django.utils import timezone

from review.ids import uuid7


class PeopleManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        person = User(email=self.normalize_email(email), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. Knows nothing of firms."""

    id = UUIDField(primary_key=True, default=uuid7, editable=False)
    email = EmailField()
    name = CharField(max_length=200)
    is_active = BooleanField(default=True)
    date_joined = DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PeopleManager()

    class Meta:
        constraints = [UniqueConstraint(Lower("email"), name="accounts_user_email_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:3]).upper()

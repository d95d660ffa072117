"""The settings of readers are listed once: what the profiles behind the door have, the service offers or declines."""

from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

import pytest

from inference.engine.profile import EngineProfile
from inference.remote.profile import RemoteProfile
from review import engine
from review.api.readers import ReaderOutput, ReaderSettings
from review.engine.specs import NOT_OFFERED
from review.readers.description import CHOICES, OF_KIND
from review.readers.models import ReaderKind, ReaderProfile
from review.web.forms import ReaderForm

SAID_OTHERWISE = {"model", "name"}  # by the folder or the name at a server, and by what the firm calls it
PROFILES = [("engine", EngineProfile), ("remote", RemoteProfile)]
NO_CHOICE = {"dtype": {"float64"}}  # for tests of the arithmetic


def unnoticed(kind: str, profile: Any) -> set[str]:
    """The settings of a profile that the service neither offers nor says that it does not."""
    return (
        {each.name for each in fields(profile)}
        - engine.settings_of(kind)
        - NOT_OFFERED[kind]
        - SAID_OTHERWISE
    )


@dataclass(frozen=True)
class _WithOneMore(EngineProfile):
    temperature: float = 0.0


def test_a_setting_that_somebody_adds_to_a_profile_is_noticed() -> None:
    assert unnoticed("engine", _WithOneMore) == {"temperature"}


@pytest.mark.parametrize(("kind", "profile"), PROFILES)
def test_every_setting_of_a_profile_is_offered_or_declined(kind: str, profile: Any) -> None:
    assert unnoticed(kind, profile) == set()
    assert NOT_OFFERED[kind] < {each.name for each in fields(profile)}, "a setting that is gone"
    assert not NOT_OFFERED[kind] & engine.settings_of(kind)


def test_every_setting_offered_is_one_of_a_profile_and_has_its_default() -> None:
    offered = engine.ReaderSettings()
    assert set(engine.SETTINGS) == engine.settings_of("engine") | engine.settings_of("remote")
    for name in engine.settings_of("engine"):
        assert getattr(offered, name) == getattr(EngineProfile, name)


def test_a_column_has_the_default_that_holds_where_nobody_chose() -> None:
    fresh, offered = ReaderProfile(), engine.ReaderSettings()
    assert {name: getattr(fresh, name) for name in engine.SETTINGS} == {
        name: getattr(offered, name) for name in engine.SETTINGS
    }


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_a_firm_chooses_among_what_the_reader_knows(name: str) -> None:
    profile = EngineProfile if name in engine.settings_of("engine") else RemoteProfile
    known = set(get_args(get_type_hints(profile)[name]))
    assert known - set(CHOICES[name].values) == NO_CHOICE.get(name, set())
    assert set(CHOICES[name].values) <= known


@pytest.mark.parametrize("kind", ReaderKind)
def test_the_form_has_a_field_for_every_setting_of_its_kind_and_begins_with_its_default(
    kind: ReaderKind,
) -> None:
    form = ReaderForm(kind=kind)
    assert set(form.fields) == OF_KIND[kind] | {"name", "price", "currency"}
    for name in engine.settings_of(kind):
        assert form[name].initial == getattr(engine.ReaderSettings(), name)


def test_the_api_takes_and_gives_every_setting() -> None:
    every = set().union(*OF_KIND.values())
    assert set(ReaderSettings().fields) == every | {"price_minor", "currency"}
    assert every < set(ReaderOutput.Meta.fields)

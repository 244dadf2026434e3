from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import Settings, read_settings, variable


def test_an_empty_environment_gives_the_defaults():
    settings = read_settings({})
    assert settings == Settings(data=settings.data)
    assert settings.data.name == "sanctions-xref"


def test_a_variable_sets_its_field():
    settings = read_settings(
        {
            "SANCTIONS_XREF_DATA": "/srv/sanctions",
            "SANCTIONS_XREF_PORT": "9000",
            "SANCTIONS_XREF_PRODUCTION": "true",
            "SANCTIONS_XREF_CORS_ORIGINS": "https://one.example, https://two.example",
            "HOME": "/somewhere",
        }
    )
    assert settings.data == Path("/srv/sanctions")
    assert settings.port == 9000
    assert settings.production is True
    assert settings.cors_origins == ("https://one.example", "https://two.example")


def test_an_empty_variable_counts_as_unset():
    assert read_settings({"SANCTIONS_XREF_PORT": ""}).port == 8000


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SANCTIONS_XREF_PROT": "1"}, "did you mean SANCTIONS_XREF_PORT?"),
        ({"SANCTIONS_XREF_ZZZZ": "1"}, "known: SANCTIONS_XREF_BATCH_SECONDS"),
        ({"SANCTIONS_XREF_PORT": "http"}, "SANCTIONS_XREF_PORT='http': "),
        ({"SANCTIONS_XREF_PORT": "70000"}, "less than or equal to 65535"),
    ],
)
def test_what_is_wrong_is_said(environment: dict[str, str], said: str):
    with pytest.raises(SettingsError, match="SANCTIONS_XREF") as caught:
        read_settings(environment)
    assert said in str(caught.value)


def test_the_tests_own_variable_is_not_a_setting_and_no_mistake():
    assert read_settings({"SANCTIONS_XREF_SHARED": "/somewhere"})


def test_every_setting_is_described():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert variable("max_body") == "SANCTIONS_XREF_MAX_BODY"

"""Settings: what each variable means, and what production refuses."""

import pytest

from app.settings import AppEnv, Settings, UnsafeSettingsError


def test_an_empty_environment_is_a_demo_on_sqlite() -> None:
    settings = Settings.from_environment({})

    assert (settings.env, settings.database_url, settings.port) == (
        AppEnv.DEMO,
        "sqlite:///instance/quanliu.sqlite3",
        8000,
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"APP_ENV": "production"},
        {"APP_ENV": "production", "SECRET_KEY": "x" * 31},
        {"APP_ENV": "production", "SECRET_KEY": "x" * 32, "APP_CLOCK": "manual"},
    ],
)
def test_production_refuses_default_secrets_and_a_movable_clock(environ: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettingsError):
        Settings.from_environment(environ)


def test_production_takes_a_secret_of_32_characters() -> None:
    assert Settings.from_environment({"APP_ENV": "production", "SECRET_KEY": "x" * 32}).env is AppEnv.PRODUCTION


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("APP_ENV", "staging"), ("APP_CLOCK", "sundial")])
def test_a_value_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({name: value})

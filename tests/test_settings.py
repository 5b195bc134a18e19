"""Settings: what each variable means, and what production refuses."""

import pytest

from app.settings import AppEnv, SecondFactor, Settings, UnsafeSettingsError

SAFE = {"APP_ENV": "production", "SECRET_KEY": "x" * 32, "PUBLIC_URL": "https://quanliu.example"}


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
        {"APP_ENV": "production", "SECRET_KEY": "x" * 31, "PUBLIC_URL": "https://quanliu.example"},
        {
            "APP_ENV": "production",
            "SECRET_KEY": "x" * 32,
            "PUBLIC_URL": "https://quanliu.example",
            "APP_CLOCK": "manual",
        },
        {"APP_ENV": "production", "SECRET_KEY": "x" * 32},
        {"APP_ENV": "production", "SECRET_KEY": "x" * 32, "PUBLIC_URL": "http://quanliu.example"},
    ],
)
def test_production_refuses_default_secrets_a_movable_clock_and_an_unknown_address(environ: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettingsError):
        Settings.from_environment(environ)


def test_production_takes_a_secret_of_32_characters() -> None:
    assert Settings.from_environment(SAFE).env is AppEnv.PRODUCTION


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, SecondFactor.OPTIONAL),
        ({"SECOND_FACTOR": "required"}, SecondFactor.REQUIRED),
        ({"APP_ENV": "production"}, SecondFactor.REQUIRED),
        ({"APP_ENV": "production", "SECOND_FACTOR": "optional"}, SecondFactor.OPTIONAL),
    ],
)
def test_a_second_factor_is_required_in_production_unless_the_settings_say_otherwise(
    environ: dict[str, str], wanted: SecondFactor
) -> None:
    safe = SAFE if "APP_ENV" in environ else {}

    assert Settings.from_environment(safe | environ).second_factor is wanted


@pytest.mark.parametrize("environ", [{"SECOND_FACTOR": "perhaps"}, {"OIDC_ISSUER": "https://id.example"}])
def test_a_second_factor_that_is_no_word_of_ours_and_a_provider_without_client_are_refused(
    environ: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match=r"SECOND_FACTOR|OIDC_CLIENT_ID"):
        Settings.from_environment(environ)


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("APP_ENV", "staging"), ("APP_CLOCK", "sundial")])
def test_a_value_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({name: value})


MAIL = {
    "SMTP_HOST": "mail.example",
    "SMTP_FROM": "券流 <noreply@example.org>",
    "PUBLIC_URL": "https://quanliu.example/",
}


def test_links_lead_to_the_public_address_or_to_this_machine() -> None:
    assert Settings.from_environment(SAFE | MAIL).root_url == "https://quanliu.example"
    assert Settings.from_environment({"PORT": "8123"}).root_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("more", "is_taken"),
    [
        (MAIL, True),
        (MAIL | {"PUBLIC_URL": ""}, False),
        (MAIL | {"SMTP_FROM": ""}, False),
        (MAIL | {"SMTP_SECURITY": "none"}, True),
        (MAIL | {"SMTP_SECURITY": "none", "SMTP_PASSWORD": "secret"}, False),
        (MAIL | {"SMTP_SECURITY": "none", "SMTP_PASSWORD": "secret", "SMTP_HOST": "127.0.0.1"}, True),
        (MAIL | {"SMTP_SECURITY": "ssl"}, False),
        (MAIL | {"SMTP_PORT": "many"}, False),
    ],
)
def test_a_mail_server_needs_a_sender_an_address_and_no_password_in_clear(more: dict[str, str], is_taken: bool) -> None:
    if is_taken:
        assert Settings.from_environment(SAFE | more).smtp_host == more["SMTP_HOST"]
    else:
        with pytest.raises(ValueError, match=r"SMTP|PUBLIC_URL"):
            Settings.from_environment(SAFE | more)

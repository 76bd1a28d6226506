"""How the environment is made: uv looks for packages where pip was told to."""

import subprocess
import sys

import pytest

from deploy.environment import uv_environment

SETTINGS = r"""
global.index-url='https://mirror.example/simple'
global.find-links='/srv/wheels /srv/more'
install.extra-index-url='file:///srv/one https://two.example/simple'
global.constraint='/etc/constraints.txt'
user.cert='/etc/ssl/city.pem'
"""


def test_uv_looks_where_the_files_of_pip_say() -> None:
    assert uv_environment(SETTINGS, {}) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/srv/wheels,/srv/more",
        "UV_INDEX": "file:///srv/one https://two.example/simple",
        "SSL_CERT_FILE": "/etc/ssl/city.pem",
    }


@pytest.mark.parametrize(
    "settings",
    [":env:.index-url='https://own.example'\n" + SETTINGS, SETTINGS + ":env:.index-url='https://own.example'"],
)
def test_pips_environment_comes_before_its_files_and_what_is_set_for_uv_before_all(settings: str) -> None:
    assert uv_environment(settings, {})["UV_DEFAULT_INDEX"] == "https://own.example"
    assert (
        uv_environment(settings, {"UV_DEFAULT_INDEX": "https://uv.example"})["UV_DEFAULT_INDEX"] == "https://uv.example"
    )


@pytest.mark.slow
def test_what_pip_prints_of_its_settings_is_understood() -> None:
    own = {
        "PIP_EXTRA_INDEX_URL": "https://one.example/simple\nhttps://two.example/simple",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    printed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], env=own, capture_output=True, text=True, check=True
    )
    assert uv_environment(printed.stdout, {}) == {"UV_INDEX": "https://one.example/simple https://two.example/simple"}

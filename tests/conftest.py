import atexit  # isort: skip
import gc  # isort: skip
import os  # isort: skip

gc.disable()  # until everything is loaded
os.environ.setdefault(
    "EVENTLET_NO_GREENDNS", "yes"
)  # the system's resolver: eventlet's own may wait seconds for a name server
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")  # before psycopg is imported: it must yield to greenlets
import eventlet  # isort: skip

eventlet.monkey_patch()

# ruff: noqa: E402
"""What every test may use: real servers (found or started), isolated backends, the order of the folders.

`--quick` leaves out every test that needs a broker or a database server, and those marked `slow`, and says how many;
nothing else is ever left out.
"""

import typing as t
from pathlib import Path

import hypothesis
import pytest

from chassis.runner import spare_the_collector
from tests.infrastructure import reports
from tests.infrastructure.backends import Backend, Broker, Databases, new_run
from tests.infrastructure.parallel import files_of_part
from tests.infrastructure.servers import Unusable, find_postgres, find_rabbitmq

ORDER = ("unit", "contracts", "conformance", "integration", "stories", "e2e", "chaos")
NEEDS_SERVERS = {"amqp_url", "postgres_url", "databases", "broker", "rabbitmq"}
NOT_QUICK = ("broker", "slow")
MINE = pytest.StashKey[set[Path]]()
BACKENDS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("rabbitmq", id="rabbitmq", marks=pytest.mark.broker),
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what is slow or needs a broker or database server")
    parser.addoption("--part", default="1/1", help="run only this part of the test files, such as 1/2")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "broker: needs a real RabbitMQ or PostgreSQL")
    config.addinivalue_line("markers", "slow: takes longer than a hundred others: for the whole run only")
    hypothesis.settings.register_profile("quick", max_examples=20, deadline=None)
    hypothesis.settings.register_profile("whole", deadline=None)
    hypothesis.settings.load_profile("quick" if config.getoption("--quick") else "whole")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of another part is not even imported: that takes as long as many of its tests."""
    if collection_path.suffix != ".py" or config.getoption("--part") == "1/1":
        return None
    return collection_path not in _files_of_my_part(config) or None


def _files_of_my_part(config: pytest.Config) -> set[Path]:
    if MINE not in config.stash:
        asked = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
        files = {file for path in asked for file in ([path] if path.is_file() else path.rglob("test_*.py"))}
        config.stash[MINE] = files_of_part(config.getoption("--part"), files, config.getoption("--quick"))
    return config.stash[MINE]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if NEEDS_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.broker)
    items.sort(key=_folder_rank)
    if config.getoption("--part") != "1/1":
        mine = _files_of_my_part(config)
        items[:] = [item for item in items if item.path in mine]  # a file that was named is collected by every part
    if config.getoption("--quick"):
        config.hook.pytest_deselected(items=[item for item in items if not _is_quick(item)])
        items[:] = filter(_is_quick, items)


def _is_quick(item: pytest.Item) -> bool:
    return not any(item.get_closest_marker(mark) for mark in NOT_QUICK)


def pytest_collection_finish() -> None:
    spare_the_collector()  # as every service does: a sixth of the time of all tests went into looking through them
    gc.enable()
    atexit.register(gc.unfreeze)  # so that what is left is taken apart while its modules are there


def _folder_rank(item: pytest.Item) -> int:
    folder = next(iter(item.path.relative_to(Path(__file__).parent).parts))
    return ORDER.index(folder) if folder in ORDER else len(ORDER)


@pytest.fixture(scope="session")
def tell(pytestconfig: pytest.Config) -> t.Callable[[str], None]:
    """Print a line for the reader of the test's output, past the capture."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def print_line(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\naidbus tests: {text}", flush=True)

    return print_line


@pytest.fixture(scope="session")
def run_name() -> str:
    return new_run()


@pytest.fixture(scope="session")
def databases(run_name: str, tell: t.Callable[[str], None], pytestconfig: pytest.Config) -> t.Iterator[Databases]:
    """A real PostgreSQL on which this run makes and drops its own databases."""
    _refuse_in_the_quick_tier(pytestconfig)
    try:
        server = find_postgres()
    except Unusable as reason:
        pytest.exit(f"aidbus tests: {reason}", returncode=3)
    tell(server.label)
    made = Databases(server, run_name)
    yield made
    if server.private is None:
        made.drop_all()
    server.close()


def _refuse_in_the_quick_tier(config: pytest.Config) -> None:
    """A fixture that is asked for by name within a test is not seen when the tests are collected."""
    if config.getoption("--quick"):
        pytest.fail("a test that needs a broker or a database server is not for the quick tier: mark it `broker`")


@pytest.fixture(scope="session")
def can_print() -> None:
    """Official papers can be made on this machine: pango and a Chinese font are there."""
    try:
        reports.prepare()
    except Unusable as reason:
        pytest.exit(f"aidbus tests: {reason}", returncode=3)


@pytest.fixture(scope="session")
def broker(run_name: str, tell: t.Callable[[str], None], pytestconfig: pytest.Config) -> t.Iterator[Broker]:
    """A real RabbitMQ on which this run has a place of its own."""
    _refuse_in_the_quick_tier(pytestconfig)
    try:
        server = find_rabbitmq()
    except Unusable as reason:
        pytest.exit(f"aidbus tests: {reason}", returncode=3)
    place = Broker(server, run_name)
    tell(place.label)
    yield place
    place.close()
    server.close()


@pytest.fixture(scope="session")
def amqp_url(broker: Broker) -> str:
    """Address of a real RabbitMQ, with the run's own virtual host where one could be made."""
    return broker.url


@pytest.fixture(scope="session")
def postgres_url(databases: Databases) -> t.Callable[[str], str]:
    """``postgres_url(service)``: the address of a database of this run, created empty on the first call."""
    made: dict[str, str] = {}

    def url(service: str) -> str:
        if service not in made:
            made[service] = databases.create(service)
        return made[service]

    return url


@pytest.fixture(scope="session")
def namespace(run_name: str) -> str:
    """Prefix of the run's exchanges and queues."""
    return f"t{run_name}"


@pytest.fixture
def embedded(tmp_path: Path) -> Backend:
    """A fresh embedded bus with SQLite files."""
    url = "sqlite:///{var}/{service}.db"
    return Backend("embedded", f"embedded://{tmp_path.name}", url, "aidbus", tmp_path)


@pytest.fixture
def rabbitmq(broker: Broker, databases: Databases, tmp_path: Path) -> t.Iterator[Backend]:
    """A fresh namespace on the real RabbitMQ and names for PostgreSQL databases, one per service."""
    namespace = broker.namespace()
    backend = Backend("rabbitmq", broker.url, databases.address(namespace), namespace, tmp_path, databases)
    yield backend
    broker.delete_queues_of(backend)
    databases.drop(namespace)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each set-up in turn: embedded bus with SQLite, RabbitMQ with PostgreSQL."""
    found: Backend = request.getfixturevalue(request.param)
    return found

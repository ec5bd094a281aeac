"""Running the service: the server answers at once, a thread beside it loads the model and keeps up with changes."""

from __future__ import annotations

import ipaddress
import logging
import socket
from threading import Event, Thread

import uvicorn

from core.errors import ServingError
from core.serving import HOST, PORT
from core.serving.application import make_app
from core.serving.live import ACTIVE, LiveModel
from core.workspace import Workspace

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 10  # for answers under way when the service is stopped


class Service:
    """One server with the model it answers from."""

    def __init__(self, live: LiveModel, listening: socket.socket) -> None:
        self._live = live
        self._listening = listening
        self._stop = Event()
        self._failure: BaseException | None = None
        config = uvicorn.Config(
            make_app(live),
            log_config=None,  # what is logged goes where the program's log goes
            proxy_headers=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Answer until the process is told to stop, or ``stop`` is called.

        Raises:
            ReelignError: the first model or the catalogue cannot be used.
        """
        follower = Thread(target=self._load_and_follow, name="follower", daemon=True)
        follower.start()
        try:
            self._server.run(sockets=[self._listening])
        except KeyboardInterrupt:  # Ctrl-C, after the answers under way
            log.info("Stopped.")
        finally:
            self._stop.set()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Finish the answers under way, then let ``run`` return."""
        self._server.should_exit = True

    def _load_and_follow(self) -> None:
        try:
            self._live.refresh()
        except Exception as reason:  # raised again by ``run``, where whoever started the service sees it
            self._failure = reason
            self.stop()
            return
        self._live.follow(self._stop)


def serve(
    workspace: Workspace, wanted: str = ACTIVE, *, host: str = HOST, port: int = PORT, device: str = "auto"
) -> None:
    """Serve until stopped.

    Raises:
        ServingError: the address cannot be listened on.
        ReelignError: the model or the catalogue cannot be used.
    """
    listening = listen(host, port)
    if not only_here(host):
        log.warning(
            "Listening on %s: whoever can reach this machine can ask, for there is no authentication. Put a sign-in "
            "or a firewall in front, or leave --host out.",
            host,
        )
    logging.getLogger("uvicorn.access").addFilter(without_questions)
    shown = f"[{host}]" if ":" in host else host
    log.info("Answering at http://%s:%d; /docs says what can be asked. Stop it with Ctrl-C.", shown, port)
    Service(LiveModel(workspace, wanted, device=device), listening).run()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises ``ServingError`` where it cannot."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as reason:
        raise ServingError(
            f"{host}:{port} cannot be listened on ({reason.strerror or reason}). Choose another --port or --host."
        ) from reason


def only_here(host: str) -> bool:
    """Return whether a host name or address is this machine's own, unreachable from others."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_questions(record: logging.LogRecord) -> bool:
    """Take what people asked out of a line of the access log, and leave out lines of those who only look after it.

    Such a line has (client, method, address, version, status).
    """
    if not isinstance(record.args, tuple) or len(record.args) != 5:
        return True
    client, method, address, version, status = record.args
    path = str(address).partition("?")[0]
    record.args = (client, method, path, version, status)
    return path not in ("/health", "/ready", "/metrics")

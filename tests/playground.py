"""`make playground`: the assistant, and a Teams client to try it in, until Ctrl-C."""

import os
import signal
import sys

from tests.servers import assistant, free_port, playground, why_no_playground

PORT = 56150


def main() -> None:
    if missing := why_no_playground():
        sys.exit(f"make playground cannot start: {missing}")
    with assistant(free_port(), os.environ.get("SAFEGUARDING_NOW", "")) as address, playground(PORT, address) as client:
        print(f"The Agents Playground is at {client} (Ctrl-C stops it); the page is at {address}/", flush=True)  # noqa: T201
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("Stopped.")  # noqa: T201


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()

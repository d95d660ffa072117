"""python -m deploy.embedded start|stop|status|env --data DIR"""

import argparse
import sys
from pathlib import Path

from deploy import embedded


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.embedded", description="PostgreSQL and Valkey for one DATA folder."
    )
    parser.add_argument("what", choices=["start", "stop", "status", "env"])
    parser.add_argument("--data", type=Path, default=Path(".data"), help="the DATA folder (default: .data)")
    chosen = parser.parse_args()
    try:
        return DO[chosen.what](chosen.data)
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def start(data: Path) -> int:
    services = embedded.start(data)
    print(f"PostgreSQL and Valkey are running; {services.data / 'env'} says how to reach them.")
    return 0


def stop(data: Path) -> int:
    embedded.stop(data)
    print("PostgreSQL and Valkey are stopped; the data stays.")
    return 0


def status(data: Path) -> int:
    running = embedded.is_running(data)
    for name, alive in running.items():
        print(f"{name}: {'running' if alive else 'stopped'}")
    return 0 if all(running.values()) else 3


def env(data: Path) -> int:
    for name, value in embedded.environment(data).items():
        print(f"{name}={value}")
    return 0


DO = {"start": start, "stop": stop, "status": status, "env": env}

if __name__ == "__main__":
    sys.exit(main())

#!/bin/sh
# Make the peers' environment, apart from the project's own: tests/benchmarks/peers/install.sh [DIRECTORY]
# PyICU compiles from source; on Debian it needs: apt-get install libicu-dev pkg-config g++
set -eu
here=$(dirname "$0")
where=${1:-.venv-peers}
"${PYTHON:-python3}" -m venv "$where"
"$where/bin/python" -m pip --disable-pip-version-check install --quiet --requirement "$here/requirements.txt"
echo "installed; give it to the benchmark with: --peers $where"

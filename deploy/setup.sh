#!/bin/sh
# Find a Python that aidbus can run on and let it make the environment: setup.sh PYTHON-OR-EMPTY run|test|bench
# Plain POSIX shell, because it must explain itself on a machine that has no suitable Python.
set -u
cd "$(dirname "$0")/.." || exit 1
wanted=$1
seen=""

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

for python in ${wanted:-python3 python3.13 python3.12 python3.11 python .venv/bin/python}; do
    command -v "$python" >/dev/null 2>&1 || continue
    if suits "$python"; then
        exec "$python" -B deploy/environment.py "$2"
    fi
    version=$("$python" -c 'import sys; sys.stdout.write("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo unusable)
    seen="$seen $python ($version)"
done
echo "aidbus: needs Python 3.11, 3.12 or 3.13; found:${seen:- none}. Install one of them, or name it: make run PYTHON=/path/to/python3.12" >&2
exit 1

#!/usr/bin/env bash
# Build a wheel, install it in an empty environment outside the repository, and use every command and a few pages there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python="$root/.venv/bin/python"
work=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "wheel check: $*" >&2; exit 1; }

"$python" -m pip wheel -qq --disable-pip-version-check --no-deps --wheel-dir "$work" "$root"
wheel=$(echo "$work"/servanda-*.whl)
"$python" -m zipfile --list "$wheel" > "$work/names"
for part in kg/resources/ontology/core.ttl kg/resources/ontology/rules/ kg/resources/shapes/ kg/resources/data/decisions/ \
  kg/resources/data/reference/ kg/queries/ web/templates/ web/static/ web/static/dist/manifest.json \
  web/static/dist/LICENSES.txt; do
  grep -qF "$part" "$work/names" || fail "$part is not in the wheel"
done
if grep -qE "node_modules|web/assets/|tests/|__pycache__" "$work/names"; then fail "the wheel holds files it should not"; fi
echo "wheel check: $(du -k "$wheel" | cut -f1) kB, $(grep -c . "$work/names") files"

python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$root/requirements.txt"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-index "$wheel"
mkdir "$work/elsewhere"
cd "$work/elsewhere"
export PYTHONWARNINGS=error HOME="$work/elsewhere"
unset "${!SERVANDA_@}"
servanda="$work/venv/bin/servanda"

[[ $("$servanda" version) == servanda\ [0-9]* ]] || fail "servanda version prints no version"
"$servanda" build
"$servanda" check || fail "servanda check ends with $?"
printf 'ASK { ?case a sv:Communication }' > ask.rq
[[ $("$servanda" query ask.rq) == *true* ]] || fail "servanda query finds no case"

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1]); s.close()')
"$servanda" serve --host 127.0.0.1 --port "$port" > server.log 2>&1 &
server=$!
"$python" - "$port" <<'PAGES' || { cat server.log >&2; fail "a page of the installed wheel does not answer"; }
import sys, time, urllib.error, urllib.request
base = f"http://127.0.0.1:{sys.argv[1]}"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for _ in range(300):
    try:
        opener.open(base + "/").close()
        break
    except urllib.error.HTTPError:
        break
    except OSError:
        time.sleep(0.1)
for path in ("/", "/cases", "/matrix", "/cases.csv", "/articles/cat", "/query", "/page/communication/cat-433-2010",
             "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"):
    with opener.open(base + path) as answer:
        body = answer.read().decode()
    assert answer.status == 200 and body, path
    if path == "/query":
        assert "dist/editor-" in body, "the query page does not load the built editor"
    print("wheel check:", answer.status, path)
PAGES
echo "wheel check: passed"

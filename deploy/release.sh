#!/usr/bin/env bash
# What is published of a version: wheel and source, what they are made of (a CycloneDX bill of materials of everything
# that `pip install` brings), what is known against any of it, and checksums. Into the folder given, or dist/.
#
# Known faults of a dependency end it with exit code 1. Where the list of known faults cannot be asked the release is
# made, and its AUDIT.txt says that nobody looked.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q '.[release]' 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
"$work/tools/bin/python" -m build --outdir "$out" . >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; exit 1; }
wheel=$(ls -t "$out"/molva-*.whl | head -n 1)
version=$(basename "$wheel" | cut -d- -f2)

python3 -m venv "$work/installed"
"$work/installed/bin/pip" install -q "$wheel"
"$work/tools/bin/cyclonedx-py" environment --pyproject pyproject.toml --output-reproducible --of JSON \
  -o "$out/molva-$version.cdx.json" "$work/installed/bin/python"

site=$("$work/installed/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$work/tools/bin/pip-audit" --progress-spinner off -f json --path "$site" -o "$work/audit.json" 2>"$work/audit.log" || true
"$work/tools/bin/python" deploy/audited.py "$work/audit.json" >"$out/AUDIT.txt" && clean=0 || clean=$?
cat "$out/AUDIT.txt"
[ "$clean" = 0 ] || exit 1
(cd "$out" && sha256sum "$(basename "$wheel")" "molva-$version.tar.gz" "molva-$version.cdx.json" AUDIT.txt >SHA256SUMS)

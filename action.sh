#!/bin/sh
# What action.yml runs: installs the gpai-portal that lies beside this file into an environment of its own, checks the
# folder CONTENT, and writes the progress of each file into the summary of the run.
set -eu
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
portal="$environment/bin/gpai-portal"

set -- --content "$CONTENT"
[ -z "${AS_OF:-}" ] || set -- "$@" --as-of "$AS_OF"
{
  echo '### gpai-portal check'
  echo '```text'
  "$portal" check "$@" --summary || true
  echo '```'
} >> "$GITHUB_STEP_SUMMARY"
"$portal" check "$@" --format github

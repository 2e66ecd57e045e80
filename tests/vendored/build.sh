#!/bin/sh
# Bundles the vendored ML-KEM from the pinned packages and writes it to the file named, byte for byte the same each time.
# Needs npm and its registry.
set -eu
target=$(realpath -m "$1")
cd "$(dirname "$0")"
npm ci --silent --no-audit --no-fund
node_modules/.bin/esbuild ml-kem.js --bundle --minify --format=esm --target=es2022 --legal-comments=inline \
  --banner:js="/* Bundled from @noble/post-quantum and others, MIT License; versions and licences: ml-kem.txt */" \
  --charset=ascii --log-level=error --outfile="$target"

#!/bin/sh
# Makes sure that the browser tests have a Chromium and axe-core, or says what to do; with "engines" as argument, also what
# the long tests drive besides: Firefox, WebKitGTK with its driver and a screen for it, Lighthouse, and the Nu Html
# Checker with a Java for it.
set -eu
cd "$(dirname "$0")"

find_chromium() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome; }

as_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() {
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

if ! find_chromium >/dev/null; then
  if as_root_on_debian; then
    echo "installing Debian's chromium ..."
    install chromium
  else
    echo "The browser tests need Chromium: install it, or set CHROMIUM to its path." >&2
    exit 1
  fi
fi

if ! command -v npm >/dev/null; then
  if as_root_on_debian; then
    echo "installing Debian's npm ..."
    install npm
  else
    echo "The accessibility tests need axe-core, which npm installs: install Node.js with npm." >&2
    exit 1
  fi
fi

if [ "${1:-}" = engines ]; then
  missing=
  command -v "${FIREFOX:-firefox-esr}" >/dev/null || command -v firefox >/dev/null || missing="$missing firefox-esr"
  command -v WebKitWebDriver >/dev/null || missing="$missing webkit2gtk-driver"
  command -v xvfb-run >/dev/null || missing="$missing xvfb"
  command -v java >/dev/null || missing="$missing default-jre-headless"
  if [ -n "$missing" ] && as_root_on_debian; then
    echo "installing Debian's$missing ..."
    # shellcheck disable=SC2086 # names of packages, one word each
    install $missing
  elif [ -n "$missing" ]; then
    echo "The long tests drive Firefox and WebKitGTK as well; missing, by the names of Debian's packages:$missing" >&2
    exit 1
  fi
fi

# Installs what package.json of a folder pins, unless that version of it is there.
pinned() {
  version=$(sed -n "s/.*\"$2\": \"\([^\"]*\)\".*/\1/p" "$1/package.json")
  if ! grep -qs "\"version\": \"$version\"" "$1/node_modules/$2/package.json"; then
    npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$1"
  fi
}

pinned . axe-core
if [ "${1:-}" = engines ]; then
  pinned audits lighthouse
  pinned audits vnu-jar
fi

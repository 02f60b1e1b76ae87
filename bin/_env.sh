# Sourced by up, test, bench and manage. `prepare FILE` leaves $root and a $python that has FILE's packages.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=$root/.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

die() {
  echo "footlight: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# A python without ensurepip (Debian's, before python3-venv) cannot make an environment.
suits() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local name
  for name in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
    if suits "$name"; then
      echo "$name"
      return
    fi
  done
  return 1
}

install_python() {
  local said wanted="Python 3.11 or later with venv is needed: install it (Debian and Ubuntu: python3 python3-venv)."
  command -v apt-get >/dev/null || die "$wanted"
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || die "$wanted"
  echo "Installing python3 and python3-venv ..." >&2
  said=$(as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -q update && apt-get -qy \
    -o DPkg::Lock::Timeout=300 install --no-install-recommends python3 python3-venv' 2>&1) ||
    die "$wanted apt-get said: $(tail -n 1 <<<"$said")"
}

make_venv() {
  local base
  suits "$python" && return
  base=$(find_python) || { install_python && base=$(find_python); } || die "Python 3.11 or later was not found."
  echo "Creating .venv ..." >&2
  "$base" -m venv --clear "$root/.venv" || die "could not create $root/.venv."
}

install_packages() {
  echo "Installing $1 ..." >&2
  "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --default-pip >/dev/null
  "$python" -m pip install -qq --requirement "$root/$1" || die "pip could not install $1 (see above)."
}

up_to_date() {
  suits "$python" && [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

prepare() {
  local stamp=$root/.venv/.footlight-$1 hash
  hash=$(sha256sum <"$root/$1")
  up_to_date "$stamp" "$hash" && return
  # Two commands may start side by side on a fresh checkout: the second waits and then finds the work done.
  exec 9>"$root/.venv.lock" || die "$root must be writable to make its .venv."
  ! command -v flock >/dev/null || flock 9
  if ! up_to_date "$stamp" "$hash"; then
    make_venv
    install_packages "$1"
    echo "$hash" >"$stamp"
  fi
  exec 9>&-
}

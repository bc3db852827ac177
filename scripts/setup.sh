#!/usr/bin/env bash
# Installs what building, testing and measuring seis needs, from Debian 12 packages alone.
# Idempotent: says what is missing, installs only that, and is quick when nothing is.
set -euo pipefail

usage() {
  cat <<'TEXT'
Installs the Debian packages that seis needs

Usage: scripts/setup.sh [options]

  --dry-run     List what is missing and install nothing
  --baselines   Also make .venv with the current NumPy and SciPy from PyPI, a second
                yardstick for experiments/bench/bench.py (needs the network)
  -h, --help    Print this help

Exit codes:
  0  everything is there
  2  wrong options
  4  a package cannot be had; the message names it
TEXT
}

packages=(
  # build
  cmake ninja-build ccache g++ clang-22 lld-22
  # LLVM and MLIR, the compiler's foundation; libomp is what generated code runs on
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools liblld-22-dev libomp-22-dev
  libclang-rt-22-dev libzstd-dev zlib1g-dev libjemalloc-dev
  # runtime and tools
  libsegyio-dev libhwloc-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  # tests and benchmarks; qemu-user runs objects on processors that lack their instructions
  libgtest-dev libbenchmark-dev libfftw3-dev qemu-user clang-tidy-22 clang-format-22
  # Python yardsticks and reports, for /usr/bin/python3
  python3 python3-numpy python3-scipy python3-matplotlib python3-pytest python3-segyio
  python3-skimage python3-pytest-xdist
)

fail() {
  printf 'setup: error: %s\n' "$1" >&2
  shift
  for note in "$@"; do printf 'setup: note: %s\n' "$note" >&2; done
  exit 4
}

# A field of /etc/os-release.
release() { # FIELD
  # shellcheck source=/dev/null
  (source /etc/os-release 2>/dev/null && printf '%s' "${!1:-unknown}") || printf unknown
}

# Reads the indexes of packages anew.
update() {
  "${as_root[@]}" apt-get update -qq ||
    fail "apt-get could not read the package indexes" "its messages above say why"
}

# Those of `missing` that apt cannot install, into `unknown`.
find_unknown() {
  local package
  unknown=()
  for package in "${missing[@]}"; do
    [[ $(apt-cache policy "$package") == *"Candidate: "[0-9]* ]] || unknown+=("$package")
  done
}

# LLVM 22 came to Debian 12 through its security suite, which a system made by debootstrap does not
# read yet; it lies beside the release where apt reads that. Fails where the suite is there already,
# belongs to another release, or has no place of which apt's sources tell.
security_suite=/etc/apt/sources.list.d/bookworm-security.sources
add_security_suite() {
  local uri
  [[ $(release ID)/$(release VERSION_CODENAME) == debian/bookworm ]] || return 1
  if grep -q 'n=bookworm-security' <<<"$(apt-cache policy)"; then return 1; fi
  [[ ! -e $security_suite ]] || return 1
  # shellcheck disable=SC2016  # apt-get replaces it
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' |
    sed -n '0,\#/debian/*$# s##/debian-security#p')
  [[ $uri ]] || return 1
  echo "setup: adding Debian's suite bookworm-security, $security_suite"
  printf '%s\n' 'Types: deb' "URIs: $uri" 'Suites: bookworm-security' 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' |
    "${as_root[@]}" tee "$security_suite" >/dev/null
  "${as_root[@]}" apt-get update -qq && return
  "${as_root[@]}" rm -f "$security_suite"
  fail "apt-get could not read bookworm-security at $uri" \
    "its messages above say why; $security_suite was removed again" \
    "add that suite from a mirror that has it, and run this again"
}

dry_run=0 baselines=0
for argument in "$@"; do
  case $argument in
    --dry-run) dry_run=1 ;;
    --baselines) baselines=1 ;;
    -h | --help) usage && exit 0 ;;
    *)
      printf 'setup: error: unknown option %s\n' "$argument" >&2
      usage >&2
      exit 2
      ;;
  esac
done

command -v dpkg-query >/dev/null || fail "this is not a Debian system: no dpkg-query" \
  "install the equivalents of: ${packages[*]}"

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null |
  sed -n 's/^installed //p' || true)
missing=()
for package in "${packages[@]}"; do
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done

if ((${#missing[@]} == 0)); then
  echo "setup: all ${#packages[@]} packages are installed"
elif ((dry_run)); then
  echo "setup: missing: ${missing[*]}"
else
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "installing packages needs root, and there is no sudo" \
      "run scripts/setup.sh as root; it installs ${missing[*]}"
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  update
  unknown=()
  find_unknown
  if ((${#unknown[@]})) && add_security_suite; then
    find_unknown
  fi
  if ((${#unknown[@]})); then
    fail "apt knows no package ${unknown[*]}" \
      "LLVM 22 is in the main section of Debian 12's suite bookworm-security" \
      "this system is $(release PRETTY_NAME)"
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]}" "its messages above say why"
  echo "setup: installed ${#missing[@]} packages"
fi

if ((baselines)); then
  root=$(cd "$(dirname "$0")/.." && pwd)
  if ((dry_run)); then
    [[ -x $root/.venv/bin/python ]] || echo "setup: missing: .venv"
  else
    /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || fail "python3-venv is missing" \
      "sudo apt-get install python3-venv"
    [[ -x $root/.venv/bin/python ]] || /usr/bin/python3 -m venv "$root/.venv"
    "$root/.venv/bin/pip" install -q -r "$root/experiments/bench/requirements.txt" ||
      fail "pip could not install the baselines" "they are optional: everything else works without"
    echo "setup: baselines are in .venv; run .venv/bin/python experiments/bench/bench.py"
  fi
fi

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
  libclang-rt-22-dev libzstd-dev zlib1g-dev
  # runtime and tools
  libsegyio-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  # tests and benchmarks; qemu-user runs objects on processors that lack their instructions
  libgtest-dev libbenchmark-dev libfftw3-dev qemu-user
  # Python yardsticks and reports, for /usr/bin/python3
  python3 python3-numpy python3-scipy python3-matplotlib python3-pytest python3-segyio
)

fail() {
  printf 'setup: error: %s\n' "$1" >&2
  shift
  for note in "$@"; do printf 'setup: note: %s\n' "$note" >&2; done
  exit 4
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
      "as root: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  unknown=()
  for package in "${missing[@]}"; do
    [[ $(apt-cache policy "$package") == *"Candidate: "[0-9]* ]] || unknown+=("$package")
  done
  if ((${#unknown[@]})); then
    # shellcheck source=/dev/null
    fail "apt knows no package ${unknown[*]}" \
      "LLVM 22 is in the main section of Debian 12's suite bookworm-security: /etc/apt/sources.list needs it" \
      "this system is $(source /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-unknown}")"
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

#!/usr/bin/env bash
# From a clone to a report: installs what is missing, builds, makes a synthetic survey, compiles
# six attributes into one object, applies it, checks every sample against SciPy, draws.
# What is up to date is kept, so that a second run is quick.
set -euo pipefail

usage() {
  cat <<'TEXT'
Makes a synthetic survey, six attributes of it and a report

Usage: scripts/demo.sh [options]

  --out=DIR     Folder of the results (out/demo)
  --no-setup    Do not look for missing packages
  -h, --help    Print this help

Environment:
  SEIS_BIN      Folder of tools that are built already; nothing is built

Exit codes:
  0  done   1  an attribute misses its tolerance   2  wrong options   4  a package is missing
TEXT
}

root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/out/demo setup=1
for argument in "$@"; do
  case $argument in
    --out=*) out=$(realpath -m "${argument#--out=}") ;;
    --no-setup) setup=0 ;;
    -h | --help) usage && exit 0 ;;
    *)
      printf 'demo: error: unknown option %s\n' "$argument" >&2
      usage >&2
      exit 2
      ;;
  esac
done

if ((setup)); then "$root/scripts/setup.sh"; fi
if [[ -n ${SEIS_BIN:-} ]]; then
  bin=$(cd "$SEIS_BIN" && pwd)
else
  cd "$root"
  bin=$root/build/release/bin
  if [[ ! -f build/release/build.ninja ]]; then cmake --preset release; fi
  ninja -C build/release seis-compile seis-run
fi

mkdir -p "$out"
cd "$out"
rm -f commands.txt

# Runs a tool and notes the command for the report.
tool() { # NAME ARGUMENT...
  local name=$1 shown="" argument
  shift
  for argument in "$@"; do
    [[ $argument =~ ^[A-Za-z0-9_./,=:+-]+$ ]] || argument=$(printf %q "$argument")
    shown+=" $argument"
  done
  echo "$name${shown//"$root/"/}" >>commands.txt
  if [[ -n ${skip_tool:-} ]]; then return; fi
  echo "demo: $name$shown" >&2
  "$bin/$name" "$@"
}

survey=("--shape=201,201,500" --dt-ms=4 --seed=1 -o survey.sgy)
key="${survey[*]} $(sha256sum <"$bin/seis-run")"
if [[ -f survey.sgy && $(cat survey.key 2>/dev/null) == "$key" ]]; then
  skip_tool=1 tool seis-run synth "${survey[@]}"
  echo "demo: survey.sgy is up to date" >&2
else
  tool seis-run synth "${survey[@]}"
  printf '%s' "$key" >survey.key
fi
tool seis-compile --target=zen --samples=500 envelope inst-phase inst-frequency sweetness \
  relative-amplitude-change "$root/scripts/demo.seis" -o demo

key=$(cat demo.so survey.sgy "$bin/seis-run" "$root"/scripts/demo{.sh,.seis,_report.py} \
  "$root"/experiments/bench/timing.py "$root"/docs/Gallery.md | sha256sum)
apply=(demo.so survey.sgy -o results/ --threads=2)
if [[ -f report.html && $(cat report.key 2>/dev/null) == "$key" ]]; then
  skip_tool=1 tool seis-run apply "${apply[@]}"
  echo "demo: the attributes and the report are up to date" >&2
else
  rm -f report.key
  tool seis-run apply "${apply[@]}"
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/scripts/demo_report.py" --out . \
    --compiler "$bin/seis-compile"
  printf '%s' "$key" >report.key
fi
echo "demo: $out/report.html"

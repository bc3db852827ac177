#!/usr/bin/env bash
# Builds seis and runs every test; the last line is `N passed, N failed, N skipped`.
#
# Parts, each timed: the packages; the release build; clang-format; GoogleTest programs (ctest); lit;
# pytest, with generated code under AddressSanitizer; the runtime under AddressSanitizer with
# UndefinedBehaviorSanitizer and under ThreadSanitizer, also with objects that the compiler made;
# bounded fuzzing, of programs too. A failed part does not stop the rest.
set -uo pipefail

usage() {
  cat <<'TEXT'
Builds seis and runs every test

Usage: scripts/check.sh [options]

  --full        Also: clang-tidy, the compiler itself under sanitizers, the vector math on every
                f32, an hour of fuzzing, coverage of lib/ and runtime/ (several hours)
  --only=TEXT   Only the parts whose names hold TEXT (a part may need what an earlier one built)
  --no-setup    Do not look for missing packages
  -h, --help    Print this help

Environment:
  SEIS_CHECK_BUILD   Folder of the builds (build)
  SEIS_CHECK_JOBS    Parallel compilations and tests (number of cores)
  SEIS_FUZZ_SECONDS  Time of every fuzz target (60), with --full also of random programs (1200,
                     which makes an hour)

Exit codes:
  0  all passed   1  something failed   2  wrong options
TEXT
}

full=0 setup=1 only=
for argument in "$@"; do
  case $argument in
    --full) full=1 ;;
    --only=*) only=${argument#*=} ;;
    --no-setup) setup=0 ;;
    -h | --help) usage && exit 0 ;;
    *)
      printf 'check: error: unknown option %s\n' "$argument" >&2
      usage >&2
      exit 2
      ;;
  esac
done

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
builds=${SEIS_CHECK_BUILD:-$root/build}
jobs=${SEIS_CHECK_JOBS:-$(nproc)}
fuzz_seconds=${SEIS_FUZZ_SECONDS:-$((full ? 1200 : 60))}
release=$builds/release
bin=$release/bin
reports=$builds/reports
rm -rf "$reports"
mkdir -p "$reports"
export SEIS_BIN=$bin

passed=0 failed=0 skipped=0 times=() broken=()

# Adds the counts of JUnit files. A part that left none, or failed without a failed test, counts
# as one failure.
count() { # NAME STATUS FILE...
  local name=$1 status=$2 p=0 f=0 s=0 files=()
  shift 2
  for file in "$@"; do [[ -s $file ]] && files+=("$file"); done
  if ((${#files[@]})); then
    read -r p f s < <(/usr/bin/python3 scripts/summary.py "${files[@]}") || status=1
  elif (($#)); then
    status=1
  elif ((status == 0)); then
    p=1
  fi
  if ((status != 0 && f == 0)); then f=1; fi
  if ((f)); then broken+=("$name"); fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf -- '-- %s: %d passed, %d failed, %d skipped\n' "$name" "$p" "$f" "$s"
}

skip() { # NAME WHY
  skipped=$((skipped + 1))
  printf -- '-- %s: skipped, %s\n' "$1" "$2"
}

part() { # NAME COMMAND...: runs and times one part
  local name=$1 start=$SECONDS
  shift
  [[ $name == *"$only"* ]] || return 0
  printf '\n== %s\n' "$name"
  "$@"
  local status=$?
  times+=("$(printf '%6d s  %s' $((SECONDS - start)) "$name")")
  return $status
}

finish() {
  if ((${#times[@]} == 0)); then
    printf 'check: error: no part has %s in its name\n' "'$only'" >&2
    exit 2
  fi
  printf '\n== time\n'
  ((${#times[@]})) && printf '%s\n' "${times[@]}"
  printf '%6d s  in all\n' "$SECONDS"
  if ((${#broken[@]})); then printf '\nfailed: %s\n' "${broken[*]}"; fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  exit $((failed > 0))
}

build_preset() { # PRESET TARGET...
  local preset=$1
  shift
  cmake --preset "$preset" -B "$builds/$preset" -DSEIS_BUILD_TESTS=ON >"$reports/configure.log" 2>&1 ||
    { cat "$reports/configure.log" && return 1; }
  ninja -C "$builds/$preset" -j "$jobs" "$@"
}

# ctest counts lit as one test; lit runs on its own below.
run_ctest() { # NAME BUILD
  # Every f32 once, in the optimised build: under a sanitizer it would take the day.
  local every=0
  [[ $1 == release ]] && every=$full
  SEIS_FULL=$every ctest --test-dir "$2" -j "$jobs" -E '^lit$' --output-on-failure --no-tests=error -Q \
    --test-output-size-passed 200000 --test-output-size-failed 2000000 \
    --output-junit "$reports/ctest-$1.xml" --output-log "$reports/ctest-$1.log"
  local status=$?
  ((status)) && /usr/bin/python3 - "$reports/ctest-$1.xml" <<'PY'
import sys
import xml.etree.ElementTree as tree
try:
    cases = tree.parse(sys.argv[1]).getroot().iter("testcase")
except (OSError, tree.ParseError) as error:
    sys.exit(f"ctest left no report: {error}")
for case in cases:
    if case.find("failure") is not None:
        text = (case.findtext("system-out") or "").splitlines()
        print(f"-- {case.get('name')} failed; its last lines:", *text[-60:], sep="\n")
PY
  count "ctest ($1)" $status "$reports/ctest-$1.xml"
}

run_lit() { # NAME BUILD
  [[ -f $2/test/lit.site.cfg.py ]] || { count "lit ($1)" 1 && return; }
  local lit
  lit=$(sed -n 's/^SEIS_LIT:FILEPATH=//p' "$2/CMakeCache.txt")
  "$lit" -sv -j "$jobs" --xunit-xml-output "$reports/lit-$1.xml" "$2/test"
  count "lit ($1)" $? "$reports/lit-$1.xml"
}

run_pytest() {
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest -q -p no:cacheprovider -rs -n "$jobs" \
    --dist loadfile --junitxml "$reports/pytest.xml" test
  count pytest $? "$reports/pytest.xml"
}

# The runtime alone, built and tested under a sanitizer.
run_runtime() { # NAME SANITIZERS
  local build=$builds/runtime-$1
  cmake -S test/Integration/Sanitized -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang-22 \
    -DCMAKE_CXX_COMPILER=clang++-22 -DSEIS_SANITIZE="$2" >"$reports/configure.log" 2>&1 ||
    { cat "$reports/configure.log" && count "runtime ($1)" 1 && return; }
  ninja -C "$build" -j "$jobs" || { count "runtime ($1)" 1 && return; }
  run_ctest "runtime-$1" "$build"
}

# Compiled objects in the sanitized runtime: same bytes as in the release one, opened many times,
# called from four threads at once. The calls are made to instrumented code too.
run_objects() { # NAME SANITIZER OPTIONS-OF-SEIS-COMPILE...
  local name=$1 sanitizer=$2 work=$builds/objects-$1 calls=$builds/runtime-$1/bin/seis-rt-calls
  local program=(envelope inst-frequency sweetness response-phase correlate3d 'rms(window=(3,3,9))'
    -e 'x / (vmax(x) - vmin(x))')
  shift 2
  rm -rf "$work" && mkdir -p "$work"
  (
    set -e
    cd "$work"
    "$bin/seis-run" synth -q --shape=37,41,250 --dt-ms=4 --seed=3 -o survey.sgy
    "$bin/seis-compile" "$@" --samples=250 "${program[@]}" -o objects/all
    "$bin/seis-run" apply -q objects/all.so survey.sgy -o plain/ --threads=1
    "$builds/runtime-$name/bin/seis-run" apply -q objects/all.so survey.sgy -o checked/ --threads=2 \
      --block=16,16
    for file in plain/*; do cmp "$file" "checked/${file##*/}"; done
    # Freed memory that AddressSanitizer keeps back would look like growth.
    ASAN_OPTIONS=quarantine_size_mb=4 "$calls" open 1000 objects/all.so
    "$calls" at-once 4 10 objects/all.so
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/test/python/instrumented.py" "$sanitizer" \
      instrumented code "$@" "${program[@]}"
    "$calls" at-once 4 10 "instrumented/code_$sanitizer.so"
  )
  count "objects ($name)" $?
  [[ $sanitizer == thread ]] && run_race "$work" "$calls"
}

# An object with a race that is meant: ThreadSanitizer sees into loaded objects.
run_race() { # FOLDER CALLS
  clang-22 -fsanitize=thread -shared -fPIC -O1 -Iruntime/include \
    test/unit/runtime/rt/objects/shared.c -o "$1/shared.so" &&
    ! "$2" at-once 4 20 "$1/shared.so" >"$1/race.log" 2>&1 && grep -q 'data race' "$1/race.log"
  count "a race is noticed" $?
}

# LLVM's libraries are not instrumented: containers that cross the border look overflowed, and
# memory that instrumented code took from an arena of theirs stays poisoned for them.
asan_beside_llvm=detect_leaks=0:detect_container_overflow=0:allow_user_poisoning=0

# What a fuzz target starts from: real files, behind the byte that holds the options.
seed_corpus() { # TARGET FOLDER
  local folder=$2 kind file
  mkdir -p "$folder/made"
  case $1 in
    seis-fuzz-frontend)
      for file in lib/Frontend/Prelude/*.seis test/Frontend/*/*.seis scripts/demo.seis; do
        { printf '\0' && cat "$file"; } >"$folder/${file##*/}"
      done
      PYTHONDONTWRITEBYTECODE=1 test/python/fuzz_programs.py --show --seed=1 --count=50 |
        (cd "$folder" && csplit -s -z -n 3 -f program - '/^# seed/' '{*}')
      for file in "$folder"/program*; do sed -i '1s/^/\x00/' "$file"; done
      ;;
    seis-io-fuzz)
      for kind in sgy npy; do
        file=$folder/made/survey.$kind
        "$bin/seis-run" synth -q --shape=3,4,20 --dt-ms=4 --seed=1 -o "$file" || return
        { [[ $kind == sgy ]] && printf '\0' || printf '\1'; cat "$file"; } >"$folder/survey.$kind"
      done
      ;;
  esac
  rm -rf "$folder/made"
}

run_fuzz() {
  local targets
  # The libraries are instrumented too: a fuzzer that sees no branches guesses blindly.
  cmake --preset dev -B "$builds/fuzz" -DSEIS_FUZZ=ON -DSEIS_SANITIZE=address \
    -DCMAKE_C_FLAGS=-fsanitize=fuzzer-no-link -DCMAKE_CXX_FLAGS=-fsanitize=fuzzer-no-link \
    >"$reports/configure.log" 2>&1 || { cat "$reports/configure.log" && count fuzz 1 && return; }
  targets=$(ninja -C "$builds/fuzz" -t targets all | sed -n 's/^\(seis-[a-z-]*fuzz[a-z-]*\): phony$/\1/p' |
    sort -u)
  if [[ -z $targets ]]; then
    skip fuzz "there is no fuzz target"
    return
  fi
  # shellcheck disable=SC2086
  ninja -C "$builds/fuzz" -j "$jobs" $targets || { count fuzz 1 && return; }
  local target work status
  local -A running=()
  for target in $targets; do # each keeps one core busy
    work=$builds/fuzz/work-$target
    seed_corpus "$target" "$work/corpus" || { count "seeds of $target" 1 && continue; }
    # Memory and time limits make hanging and growing failures too.
    (cd "$work" && ASAN_OPTIONS=$asan_beside_llvm \
      "$builds/fuzz/bin/$target" -max_total_time="$fuzz_seconds" -timeout=20 -rss_limit_mb=4096 \
      -print_final_stats=1 corpus >fuzz.log 2>&1) &
    running[$target]=$!
  done
  for target in "${!running[@]}"; do
    work=$builds/fuzz/work-$target
    wait "${running[$target]}"
    status=$?
    grep -E '^(stat::number_of_executed_units|SUMMARY|==.*ERROR)' "$work/fuzz.log"
    ((status)) && tail -40 "$work/fuzz.log"
    count "fuzz $target, $fuzz_seconds s" $status
  done
}

run_programs() {
  # The same programs each time; with --full others, as many as the time allows.
  local which=(--seed=1 --count=100)
  ((full)) && which=(--seconds="$fuzz_seconds")
  PYTHONDONTWRITEBYTECODE=1 test/python/fuzz_programs.py "${which[@]}" --jobs="$jobs"
  count "random programs" $?
}

run_sanitized_compiler() {
  export ASAN_OPTIONS=$asan_beside_llvm
  build_preset asan all || { count "sanitized compiler" 1 && return; }
  run_ctest asan "$builds/asan"
  run_lit asan "$builds/asan"
  unset ASAN_OPTIONS
}

run_format() {
  find experiments include lib runtime test tools \( -name '*.cpp' -o -name '*.[hc]' \) \
    -exec clang-format-22 --dry-run -Werror {} +
  count "clang-format" $?
}

run_tidy() {
  run-clang-tidy-22 -p "$release" -j "$jobs" -quiet -warnings-as-errors='*' \
    "^$root/(lib|runtime|tools)/.*\.cpp$" >"$reports/tidy.log" 2>&1
  local status=$?
  grep -E "(warning|error):" "$reports/tidy.log" | sort -u
  count clang-tidy $status
}

run_coverage() {
  local build=$builds/coverage tools=/usr/lib/llvm-22/bin objects=() tool
  cmake --preset release -B "$build" -DSEIS_BUILD_TESTS=ON \
    -DCMAKE_C_FLAGS="-fprofile-instr-generate -fcoverage-mapping" \
    -DCMAKE_CXX_FLAGS="-fprofile-instr-generate -fcoverage-mapping" >"$reports/configure.log" 2>&1 ||
    { cat "$reports/configure.log" && count coverage 1 && return; }
  ninja -C "$build" -j "$jobs" || { count coverage 1 && return; }
  rm -rf "$build/profiles"
  (
    export LLVM_PROFILE_FILE="$build/profiles/%8m.profraw" SEIS_BIN="$build/bin"
    run_ctest coverage "$build"
    run_lit coverage "$build"
    /usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$jobs" --dist loadfile test
  ) >"$reports/coverage.log" 2>&1
  "$tools/llvm-profdata" merge -sparse "$build"/profiles/*.profraw -o "$build/all.profdata" ||
    { count coverage 1 && return; }
  for tool in "$build"/bin/* "$build"/lib/*.so; do
    [[ -x $tool && -f $tool ]] && objects+=(-object "$tool")
  done
  # Without -sources the first folder would be taken for a program.
  "$tools/llvm-cov" report "${objects[@]}" -instr-profile "$build/all.profdata" \
    -sources "$root/lib" "$root/runtime" >"$reports/coverage.txt"
  local status=$?
  printf -- '-- %s, lines of lib/ and runtime/ that ran: %s\n' "$reports/coverage.txt" \
    "$(awk '$1 == "TOTAL" { print $10 }' "$reports/coverage.txt")"
  grep -q "^TOTAL .*[1-9]" "$reports/coverage.txt" || status=1
  count coverage $status
}

if ((setup)); then part "packages" scripts/setup.sh || { count packages 1 && finish; }; fi
part "build" build_preset release all || { count build 1 && finish; }
part "clang-format" run_format
part "unit tests" run_ctest release "$release"
part "lit" run_lit release "$release"
part "pytest" run_pytest
part "runtime under AddressSanitizer and UndefinedBehaviorSanitizer" run_runtime asan address,undefined
part "runtime under ThreadSanitizer" run_runtime tsan thread
part "compiled objects in the runtime under AddressSanitizer" run_objects asan address --openmp=off
part "compiled objects in the runtime under ThreadSanitizer" run_objects tsan thread --openmp=off
part "random programs" run_programs
part "fuzzing" run_fuzz
if ((full)); then
  part "clang-tidy" run_tidy
  part "compiler under sanitizers" run_sanitized_compiler
  part "coverage" run_coverage
fi
finish

#!/usr/bin/python3
"""Counts tests in JUnit files of ctest, lit and pytest: prints `passed failed skipped`.

A GoogleTest program is one test to ctest; its cases are counted by its own last lines.

Usage: summary.py FILE.xml...
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

# What a GoogleTest program says at its end.
PASSED = re.compile(r"^\[  PASSED  \] (\d+) tests?\.", re.M)
FAILED = re.compile(r"^\[  FAILED  \] (\d+) tests?, listed below", re.M)
SKIPPED = re.compile(r"^\[  SKIPPED \] (\d+) tests?, listed below", re.M)


def last(pattern, text):
    found = pattern.findall(text)
    return int(found[-1]) if found else 0


def count_case(case):
    """(passed, failed, skipped) of one <testcase>."""
    failed = case.find("failure") is not None or case.find("error") is not None
    if case.find("skipped") is not None:
        return 0, 0, 1
    text = case.findtext("system-out") or ""
    cases = last(PASSED, text), last(FAILED, text), last(SKIPPED, text)
    if cases == (0, 0, 0) or (failed and cases[1] == 0):  # no GoogleTest, or one that crashed
        return (0, 1, 0) if failed else (1, 0, 0)
    return cases


def count_file(path):
    cases = ElementTree.parse(path).getroot().iter("testcase")
    return tuple(map(sum, zip(*map(count_case, cases)))) or (0, 0, 0)


if __name__ == "__main__":
    print(*map(sum, zip((0, 0, 0), *map(count_file, sys.argv[1:]))))

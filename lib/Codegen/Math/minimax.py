#!/usr/bin/env python3
"""Coefficients of the vector math: weighted minimax polynomials.

Remez exchange in 60 digits, then one coefficient after another (lowest power
first) is rounded to the target type and the remaining ones are fitted again,
so that each rounding error is absorbed by the later coefficients.
Needs mpmath and NumPy. Usage: minimax.py [--check] [NAME...]; prints C initialisers
and the relative error left, as a power of two. --check looks every coefficient up in
the sources beside this file instead.
"""
import pathlib
import re
import sys

import numpy as np
from mpmath import mp, mpf

mp.dps = 60


def to_type(value, real):
    """Nearest f32 or f64 to an mpf, as an mpf."""
    as_double = float(value)
    if real == "f64":
        return mpf(as_double)
    return mpf(float(np.float32(as_double)))


def exchange_one(picks, error):
    """Bring the worst point in for a neighbour of the same sign."""
    worst = max(range(len(error)), key=lambda k: abs(error[k]))
    after = sum(pick < worst for pick in picks)
    picks = list(picks)
    if after == 0:
        if (error[worst] > 0) == (error[picks[0]] > 0):
            picks[0] = worst
        else:
            picks = [worst] + picks[:-1]
    elif after == len(picks):
        if (error[worst] > 0) == (error[picks[-1]] > 0):
            picks[-1] = worst
        else:
            picks = picks[1:] + [worst]
    elif (error[worst] > 0) == (error[picks[after]] > 0):
        picks[after] = worst
    else:
        picks[after - 1] = worst
    return picks


def remez(target, powers, low, high, weight):
    """Minimise max |weight * (target - sum c_i x^powers[i])| on [low, high]."""
    count = len(powers)
    if count == 0:
        return [], mpf(0)
    grid_size = 60 * (count + 1)
    grid = [low + (high - low) * (1 - mp.cos(mp.pi * k / grid_size)) / 2
            for k in range(1, grid_size)]
    values = [target(x) for x in grid]
    weights = [weight(x) for x in grid]
    picks = [round((grid_size - 2) * (1 - float(mp.cos(mp.pi * k / count))) / 2)
             for k in range(count + 1)]
    best = None, mpf("inf")
    for _ in range(60):
        matrix = mp.matrix(count + 1, count + 1)
        right = mp.matrix(count + 1, 1)
        for row, pick in enumerate(picks):
            for col, power in enumerate(powers):
                matrix[row, col] = weights[pick] * grid[pick] ** power
            matrix[row, count] = (-1) ** row
            right[row] = weights[pick] * values[pick]
        solution = mp.lu_solve(matrix, right)
        coefficients = [solution[k] for k in range(count)]
        error = []
        for x, v, w in zip(grid, values, weights):
            error.append(w * (v - sum(c * x ** p for c, p in zip(coefficients, powers))))
        extrema = []
        for k, e in enumerate(error):
            if extrema and (e > 0) == (error[extrema[-1]] > 0):
                if abs(e) > abs(error[extrema[-1]]):
                    extrema[-1] = k
            else:
                extrema.append(k)
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(error[extrema[0]]) < abs(error[extrema[-1]]) else -1)
        worst = max(abs(e) for e in error)
        if worst < best[1]:
            best = coefficients, worst
        if worst <= abs(solution[count]) * mpf("1.001"):
            break
        picks = extrema if len(extrema) == count + 1 else exchange_one(picks, error)
    return best


def fit(target, powers, low, high, weight, real):
    """Coefficients in the target type and the weighted error they leave."""
    fixed = []
    low, high = mpf(low), mpf(high)
    for index in range(len(powers)):
        def rest(x, fixed=tuple(fixed)):
            return target(x) - sum(c * x ** p for c, p in zip(fixed, powers))
        coefficients, _ = remez(rest, powers[index:], low, high, weight)
        fixed.append(to_type(coefficients[0], real))
    worst = mpf(0)
    for k in range(2001):
        x = low + (high - low) * (k + mpf(1) / 3) / 2002
        error = weight(x) * (target(x) - sum(c * x ** p for c, p in zip(fixed, powers)))
        worst = max(worst, abs(error))
    return fixed, worst


def odd(function, lead):
    """g(z) with function(x) = lead x + x^3 g(x^2), and the weight that makes
    the error of g the relative error of function."""
    def target(z):
        x = mp.sqrt(z)
        return (function(x) - lead * x) / x ** 3
    def weight(z):
        x = mp.sqrt(z)
        return x ** 3 / function(x)
    return target, weight


Q = mp.pi / 4
LN2H = mp.log(2) / 2
ROOT = mp.sqrt(2)


def exp_tail(lead):
    """(e^x - 1 - x ... ) / x^lead with relative weight."""
    def target(x):
        return (mp.exp(x) - sum(x ** k / mp.factorial(k) for k in range(lead))) / x ** lead
    return target, lambda x: abs(x) ** lead / mp.exp(x)


def log_tail():
    """log(1+f) = f - f^2/2 + f^3 g(f)."""
    def target(f):
        return (mp.log1p(f) - f + f * f / 2) / f ** 3
    return target, lambda f: abs(f ** 3 / mp.log1p(f))


def log_s(head):
    """log((1+s)/(1-s)) = 2 s + 2/3 s^3 + ... 'head' terms exact, rest z^head g(z)."""
    def target(z):
        s = mp.sqrt(z)
        return (mp.log((1 + s) / (1 - s)) / s
                - sum(mpf(2) / (2 * k + 1) * z ** k for k in range(head))) / z ** head
    return target, lambda z: z ** head / 2


def cos_tail(head):
    """cos x = 1 - z/2 + ...: 'head' exact terms, then z^head g(z), z = x^2."""
    def target(z):
        x = mp.sqrt(z)
        return (mp.cos(x) - sum((-z) ** k / mp.factorial(2 * k) for k in range(head))) / z ** head
    return target, lambda z: z ** head / mp.cos(mp.sqrt(z))


TINY = mpf(10) ** -6


def jobs():
    def poly(n):
        return list(range(n))
    zq = (Q * mpf("1.01")) ** 2
    zq64 = (Q * mpf("1.0001")) ** 2
    ex = LN2H * mpf("1.001")
    yield "sinF32", *odd(mp.sin, 1), poly(3), TINY, zq, "f32"
    yield "cosF32", *cos_tail(2), poly(3), TINY, zq, "f32"
    yield "sinF64", *odd(mp.sin, 1), poly(6), TINY, zq64, "f64"
    yield "cosF64", *cos_tail(2), poly(6), TINY, zq64, "f64"
    yield "tanF32", *odd(mp.tan, 1), poly(7), TINY, zq, "f32"
    yield "atanF32", *odd(mp.atan, 1), poly(9), TINY, mpf(1), "f32"
    yield "atanF64", *odd(mp.atan, 1), poly(20), TINY, mpf(1), "f64"
    yield "asinF32", *odd(mp.asin, 1), poly(5), TINY, mpf("0.25"), "f32"
    yield "asinF64", *odd(mp.asin, 1), poly(13), TINY, mpf("0.25"), "f64"
    yield "expF32", *exp_tail(2), poly(5), -ex, ex * mpf("1.0003"), "f32"
    yield "expF64", *exp_tail(2), poly(10), -ex, ex * mpf("1.0003"), "f64"
    yield "logF32", *log_tail(), poly(8), 1 / ROOT - 1, ROOT - mpf("0.9999"), "f32"
    smax = (ROOT - 1) / (ROOT + 1)
    yield "logF64", *log_s(1), poly(7), TINY, smax ** 2 * mpf("1.001"), "f64"

    # pow: log2((1+s)/(1-s)) / s, f64 arithmetic for an f32 result.
    def log2_s(z):
        r = mp.sqrt(z)
        return mp.log((1 + r) / (1 - r), 2) / r
    yield "log2SForF32", log2_s, lambda z: 1 / log2_s(z), poly(6), TINY, smax ** 2, "f64"
    yield "exp2ForF32", lambda x: mpf(2) ** x, lambda x: 1 / mpf(2) ** x, poly(8), \
        mpf("-0.501"), mpf("0.5011"), "f64"
    # pow: atanh(s)/s = 1 + z (1/3 + z Q(z)).
    def pow_q(z):
        r = mp.sqrt(z)
        return (mp.atanh(r) / r - 1 - z / 3) / z ** 2
    yield "powQF64", pow_q, lambda z: z ** 2, poly(7), mpf(10) ** -8, smax ** 2, "f64"


def c_literal(coefficient, real):
    """0x1.8p-3f, as clang and clang-format like it."""
    text = re.sub(r"0+p", "p", float(coefficient).hex()).replace(".p", "p")
    return text + ("f" if real == "f32" else "")


def sources():
    """All hexadecimal constants of the library, as numbers."""
    folder = pathlib.Path(__file__).parent
    text = "".join(path.read_text() for path in sorted(folder.glob("*.inc")))
    return {float.fromhex(c) for c in re.findall(r"-?0x1(?:\.[0-9a-f]+)?p[+-]?[0-9]+", text)}


def main(arguments):
    check = "--check" in arguments
    names = [name for name in arguments if not name.startswith("-")]
    known, missing = sources(), 0
    for name, target, weight, powers, low, high, real in jobs():
        if names and name not in names:
            continue
        coefficients, worst = fit(target, powers, low, high, weight, real)
        print(f"{name}: 2^{float(mp.log(worst, 2)):.1f}")
        if check:
            for c in coefficients:
                if float(c) not in known:
                    print("  not in the sources:", c_literal(c, real))
                    missing += 1
        else:
            print("  " + ", ".join(c_literal(c, real) for c in coefficients))
        sys.stdout.flush()
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

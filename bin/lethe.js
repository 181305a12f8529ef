#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=120 --disable-warning=TimeoutNegativeWarning
import '../src/cli/main.ts';

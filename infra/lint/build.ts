import { buildLint } from './lint.ts';

/** `node infra/lint/build.ts`: builds the linter of chart and compose file ahead of the tests that run it. */
await buildLint();
process.stdout.write('lint is built\n');

import { defineConfig } from 'rolldown';

const LICENCES =
  '// Lethe: Apache-2.0. Holds parts of commander, pend, yauzl and zod, each under the MIT licence.';

/** The verifier as one file, for plain Node and an empty directory: `npm run build:verifier`. */
export default defineConfig({
  input: 'src/cli/verify/stand-alone.ts',
  platform: 'node',
  transform: { target: 'node20.12' },
  output: {
    file: 'dist/lethe-verify.mjs',
    format: 'esm',
    comments: false,
    banner: LICENCES,
    // Readable, so that an auditor can read what is run.
    minify: false,
  },
});

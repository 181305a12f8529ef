import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isProblemCode, PROBLEMS } from '../../../src/api/problems/codes.ts';

/** Defects and workers' refusals: to a caller they are `internal`. */
const INTERNAL = new Set([
  'account-deletion-not-requested',
  'account-has-assets',
  'asset-not-erased',
  'asset-retention-missing',
  'envelope-invalid',
  'erasure-too-early',
  'offboarding-waits',
]);
/** Sealing and keys: what goes wrong there is an alarm, not an answer. */
const SEALING = /^(sealed|wrap|rewrap|key)-/;
/** A fault's own code within `invalid-request`. */
const FAULT_ONLY = new Set(['invalid-field']);
/** Of the offline verifier and of proofs: told on a command line, never over HTTP. */
const VERIFIER =
  /^(not-canonical|quorum-invalid|(verifier-key|checkpoint|note|note-signature|(range|inclusion|consistency)-proof)-invalid)$/;
/** Of the notary, its witnesses, the checks at the start and the commands that mend what they find. */
const NOTARY =
  /^(witness-(unavailable|quorum-missing)|checkpoint-contradiction|log-(shorter-than|contradicts)-checkpoint|log-contradicts-tree|tile-missing|bundle-truncated|keystore-older-than-database|loss-not-found)$/;
const CODE = /(?:LetheError\(\s*|code: )'([a-z]+(?:-[a-z]+)+)'/g;

const codesOf = (room: string): string[] =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => [...readFileSync(join(room, file), 'utf8').matchAll(CODE)])
    .map(([, code]) => code ?? '');

test.each(['src/domain', 'src/application', 'src/api'])(
  'every code that %s throws is in the contract, or known to be internal',
  room => {
    const codes = codesOf(room);
    expect(codes.length).toBeGreaterThan(5);
    const unknown = codes.filter(
      code =>
        !isProblemCode(code) &&
        !INTERNAL.has(code) &&
        !SEALING.test(code) &&
        !VERIFIER.test(code) &&
        !NOTARY.test(code) &&
        !FAULT_ONLY.has(code),
    );
    expect(unknown).toEqual([]);
  },
);

test('no code is both internal and in the contract', () => {
  expect([...INTERNAL].filter(code => code in PROBLEMS)).toEqual([]);
});

import { test } from 'vitest';
import { termsDecider } from '../../../src/domain/terms/terms.ts';
import { at, day, given, id } from '../given.ts';

const [contract, proposal] = ['msa/7', id(1)];
const proposed = at(day(0), { type: 'terms.proposed', data: { proposal, contract, by: 'key-1' } });
const terms = { proposal, contract, proposedBy: 'key-1', approvedBy: 'key-2' };
const negotiated = at(day(1), { type: 'terms.negotiated', data: terms });

test('a proposal names its contract and who made it', () => {
  given(termsDecider)
    .when({ kind: 'propose', proposal, contract, by: 'key-1' })
    .then({ type: 'terms.proposed', data: { proposal, contract, by: 'key-1' } });
});

test('somebody else approves it', () => {
  given(termsDecider, proposed)
    .when({ kind: 'approve', proposal, by: 'key-2' })
    .then({ type: 'terms.negotiated', data: terms });
});

test('whoever proposed cannot approve (promise 12)', () => {
  given(termsDecider, proposed).when({ kind: 'approve', proposal, by: 'key-1' }).thenRefused('own-approval');
});

test('what is negotiated stays as it is', () => {
  given(termsDecider, proposed, negotiated).when({ kind: 'approve', proposal, by: 'key-3' }).thenNothing();
});

test('what was never proposed cannot be approved', () => {
  given(termsDecider, proposed)
    .when({ kind: 'approve', proposal: id(2), by: 'key-2' })
    .thenRefused('terms-not-found');
});

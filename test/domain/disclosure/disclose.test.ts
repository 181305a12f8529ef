import { expect, test } from 'vitest';
import { disclose, type DisclosureOrder } from '../../../src/domain/disclosure/disclose.ts';
import { PACK_POLICIES } from '../../../src/domain/policy/packs.ts';
import { codeOf } from '../../support/code-of.ts';
import { id } from '../given.ts';

const policy = { ...PACK_POLICIES.neurasea, subprocessors: [{ name: 'Example Hosting' }] };
const order = (more: Partial<DisclosureOrder>): DisclosureOrder => ({
  ...{ disclosure: id(1), recipient: 'Example Hosting', kind: 'third-party' },
  ...{ ground: 'service-selected-by-customer', categories: ['usage'], ...more },
});

test('a third party receives what the policy names it for', () => {
  expect(disclose(order({}), policy)).toEqual({ type: 'disclosure.made', data: order({}) });
});

test.each([
  {
    title: 'a recipient that the policy does not name',
    more: { recipient: 'Other' },
    code: 'recipient-not-configured',
  },
  {
    title: 'a demand of the law without authority',
    more: { kind: 'authority', ground: 'required-by-law' },
    code: 'authority-missing',
  },
  { title: 'analytics over 19 people', more: { kind: 'analytics', cohort: 19 }, code: 'cohort-too-small' },
  { title: 'analytics over nobody knows how many', more: { kind: 'analytics' }, code: 'cohort-too-small' },
] as const)('refuses $title', ({ more, code }) => {
  expect(codeOf(() => disclose(order(more), policy))).toBe(code);
});

test.each(['models', 'sub-processors'] as const)('the list of %s leaves in full under an NDA only', kind => {
  const recipient = 'Example Customer';
  expect(disclose(order({ kind, recipient }), policy).data.redacted).toBe(true);
  expect(disclose(order({ kind, recipient, nda: 'nda/4' }), policy).data.redacted).toBeUndefined();
});

test('analytics over 20 people leave', () => {
  expect(disclose(order({ kind: 'analytics', cohort: 20 }), policy).data.cohort).toBe(20);
});

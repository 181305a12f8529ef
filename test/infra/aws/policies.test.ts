import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readKeyPolicy, readPolicies, ROLES, type PolicyName } from '../../support/aws-policies.ts';
import { isAllowed, policySchema, type IamRequest } from '../../support/iam.ts';
import { ACCOUNT } from '../../support/kms-fake/keys.ts';

const FOLDER = 'infra/aws';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const TAGGED = { 'aws:ResourceTag/lethe:tenant': 'acme', 'aws:ResourceTag/lethe:epoch': '1' };
const context = (purpose: string): IamRequest['keys'] => ({
  'kms:EncryptionContext:purpose': purpose,
  'kms:EncryptionContextKeys': ['tenant', 'epoch', 'purpose'],
});
const on = (action: string, keys: IamRequest['keys'] = {}): IamRequest => ({
  action: `kms:${action}`,
  resource: KEY,
  keys: { ...TAGGED, ...keys },
});
const allows = async (role: keyof typeof ROLES, request: IamRequest): Promise<boolean> =>
  isAllowed(await readPolicies(...ROLES[role]), request);

describe('the IAM policies', () => {
  it.each([
    ['Decrypt serving', on('Decrypt', context('serving')), { serving: true, sealing: true, worker: true }],
    ['Decrypt safety', on('Decrypt', context('safety')), { serving: false, sealing: true, worker: true }],
    ['Decrypt without a context', on('Decrypt'), { serving: false, sealing: false, worker: false }],
    ['another purpose', on('Decrypt', context('else')), { serving: false, sealing: false, worker: false }],
    [
      'GenerateDataKey',
      on('GenerateDataKey', context('safety')),
      { serving: false, sealing: true, worker: true },
    ],
    ['DisableKey', on('DisableKey'), { serving: false, sealing: false, worker: true }],
    ['ScheduleKeyDeletion', on('ScheduleKeyDeletion'), { serving: false, sealing: false, worker: true }],
    ['CancelKeyDeletion', on('CancelKeyDeletion'), { serving: false, sealing: false, worker: false }],
    ['EnableKey', on('EnableKey'), { serving: false, sealing: false, worker: false }],
    ['PutKeyPolicy', on('PutKeyPolicy'), { serving: false, sealing: false, worker: false }],
    ['CreateGrant', on('CreateGrant'), { serving: false, sealing: false, worker: false }],
    [
      'ReEncryptFrom',
      on('ReEncryptFrom', context('serving')),
      { serving: false, sealing: false, worker: false },
    ],
    ['UntagResource', on('UntagResource'), { serving: false, sealing: false, worker: false }],
    ['DeleteAlias', on('DeleteAlias'), { serving: false, sealing: false, worker: false }],
  ])('%s', async (_, request, expected) => {
    for (const role of ['serving', 'sealing', 'worker'] as const)
      expect([role, await allows(role, request)]).toEqual([role, expected[role]]);
  });

  it('let nobody make a key without the tags that all other rights hang on', async () => {
    const create = (keys: IamRequest['keys']): IamRequest => ({
      action: 'kms:CreateKey',
      resource: '*',
      keys,
    });
    const tags = { 'aws:RequestTag/lethe:tenant': 'acme', 'aws:RequestTag/lethe:epoch': '1' };
    expect(await allows('sealing', create(tags))).toBe(true);
    expect(await allows('sealing', create({}))).toBe(false);
    expect(await allows('sealing', create({ 'aws:RequestTag/lethe:tenant': 'acme' }))).toBe(false);
  });

  it('reach only what is tagged as the service’s, and only aliases of its own', async () => {
    const untagged = { ...on('Decrypt', context('serving')), keys: context('serving') };
    const alias = (name: string): IamRequest => ({
      ...{ action: 'kms:CreateAlias', keys: {} },
      resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/${name}`,
    });
    for (const role of ['serving', 'sealing', 'worker'] as const)
      expect(await allows(role, untagged)).toBe(false);
    expect(await allows('sealing', alias('lethe/acme/1'))).toBe(true);
    expect(await allows('sealing', alias('billing'))).toBe(false);
  });

  it('are the policies of AWS’s grammar that the folder holds, each used by a role', async () => {
    const files = (await readdir(`${FOLDER}/policies`)).filter(file => file.endsWith('.json'));
    for (const file of files)
      policySchema.parse(JSON.parse(await readFile(`${FOLDER}/policies/${file}`, 'utf8')));
    const used = new Set<PolicyName>(Object.values(ROLES).flat());
    expect(files.map(file => file.replace('.json', '')).toSorted()).toEqual([...used].toSorted());
  });
});

describe('the key policy', () => {
  it('leaves rights to IAM, and takes from everybody what would bring a key back or copy it', async () => {
    const { policy } = await readKeyPolicy(ACCOUNT);
    const allowed = (request: IamRequest): boolean => isAllowed([policy], request);
    expect(allowed(on('Decrypt', context('safety')))).toBe(true);
    expect(allowed(on('ScheduleKeyDeletion'))).toBe(true);
    expect(allowed(on('Decrypt', context('else')))).toBe(false);
    expect(allowed(on('Decrypt'))).toBe(false);
    expect(allowed(on('CancelKeyDeletion'))).toBe(false);
    expect(allowed(on('ReplicateKey'))).toBe(false);
    // CreateKey refuses a policy that nobody could change any more.
    expect(allowed(on('PutKeyPolicy'))).toBe(true);
  });
});

describe('the Terraform module', () => {
  it('gives each role the policies that these tests evaluate', async () => {
    const main = await readFile(`${FOLDER}/main.tf`, 'utf8');
    for (const [role, policies] of Object.entries(ROLES)) {
      const line = new RegExp(
        String.raw`^\s*${role}\s*= \{ trusted = \S+, policies = (?<list>\[.*\]) \}$`,
        'm',
      );
      expect(JSON.parse(line.exec(main)?.groups?.['list'] ?? '[]')).toEqual(policies);
    }
    const named = /policies = toset\((?<list>\[.*\])\)/.exec(main)?.groups?.['list'] ?? '[]';
    expect(new Set(JSON.parse(named) as string[])).toEqual(new Set(Object.values(ROLES).flat()));
  });

  it('has balanced blocks and names only what it declares', async () => {
    const files = (await readdir(FOLDER)).filter(file => file.endsWith('.tf'));
    const text = (await Promise.all(files.map(file => readFile(`${FOLDER}/${file}`, 'utf8')))).join('\n');
    for (const [open, close] of ['{}', '[]', '()'])
      expect(text.split(open ?? '').length).toBe(text.split(close ?? '').length);
    const declared = (kind: string): string[] =>
      [...text.matchAll(new RegExp(String.raw`^${kind} (?:"[^"]+" )?"(?<name>[^"]+)"`, 'gm'))].map(
        ({ groups }) => groups?.['name'] ?? '',
      );
    for (const [, name = ''] of text.matchAll(/\bvar\.(\w+)/g)) expect(declared('variable')).toContain(name);
    for (const [, name = ''] of text.matchAll(/\blocal\.(\w+)/g)) expect(text).toContain(`${name} `);
    for (const [, name = ''] of text.matchAll(/\baws_iam_\w+\.(\w+)\[/g))
      expect(declared('resource')).toContain(name);
  });
});

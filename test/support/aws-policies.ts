import { readFile } from 'node:fs/promises';
import { policySchema, type Policy } from './iam.ts';

const FOLDER = 'infra/aws/policies';
export type PolicyName = 'serving' | 'sealing' | 'lifecycle' | 'never';

const parse = (text: string): Policy => policySchema.parse(JSON.parse(text));

/** Policies of infra/aws, as they are applied. */
export const readPolicies = (...names: readonly PolicyName[]): Promise<Policy[]> =>
  Promise.all(names.map(async name => parse(await readFile(`${FOLDER}/${name}.json`, 'utf8'))));

/** The key policy, as Terraform renders it. */
export async function readKeyPolicy(
  account: string,
): Promise<{ readonly text: string; readonly policy: Policy }> {
  const template = await readFile(`${FOLDER}/key-policy.json.tftpl`, 'utf8');
  const text = template.replaceAll('${account_id}', account);
  return { text, policy: parse(text) };
}

/** What infra/aws/main.tf gives to each role. */
export const ROLES = {
  serving: ['serving', 'never'],
  sealing: ['sealing', 'never'],
  worker: ['sealing', 'lifecycle', 'never'],
} as const satisfies Readonly<Record<string, readonly PolicyName[]>>;

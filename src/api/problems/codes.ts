import { ABUSE_PROBLEMS } from './abuse.ts';
import { ACCESS_PROBLEMS } from './access.ts';
import { ASSET_PROBLEMS } from './assets.ts';
import { CASE_PROBLEMS } from './cases.ts';
import { EVENT_PROBLEMS } from './events.ts';
import type { ProblemKind } from './kind.ts';
import { POLICY_PROBLEMS } from './policies.ts';
import { PROOF_PROBLEMS } from './proofs.ts';
import { REPORT_PROBLEMS } from './reports.ts';
import { REQUEST_PROBLEMS } from './requests.ts';
import { RIGHT_PROBLEMS } from './rights.ts';
import { TENANT_PROBLEMS } from './tenants.ts';

/** Every stable code of the contract. A code is never reused with another meaning. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...ACCESS_PROBLEMS,
  ...TENANT_PROBLEMS,
  ...POLICY_PROBLEMS,
  ...EVENT_PROBLEMS,
  ...ASSET_PROBLEMS,
  ...CASE_PROBLEMS,
  ...RIGHT_PROBLEMS,
  ...REPORT_PROBLEMS,
  ...PROOF_PROBLEMS,
  ...ABUSE_PROBLEMS,
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

import { kind, type ProblemKind } from './kind.ts';

/** Codes of tenants, their cell and their end. */
export const TENANT_PROBLEMS = {
  'terms-not-found': kind(404, 'There are no such terms', 'Check the id of the proposal.'),
  'region-not-served': kind(
    422,
    'The cell does not serve the region',
    'Register the tenant in a cell of its region (promise 5).',
  ),
  'cell-dedicated': kind(
    409,
    'The cell is dedicated to another tenant',
    'Register the tenant in a cell of its own, or in a shared one (promise 14).',
  ),
  'tenant-not-found': kind(
    404,
    'There is no such tenant',
    'Check the tenant id and that the key belongs to it.',
  ),
  'offboarding-not-found': kind(404, 'No offboarding is under way', 'Announce it first.'),
  'offboarding-exists': kind(
    409,
    'An offboarding is under way',
    'Confirm it as somebody else, or withdraw it.',
  ),
  'offboarding-started': kind(409, 'The destruction of the keys has begun', 'It can be withdrawn no longer.'),
  'tenant-offboarding': kind(
    409,
    'The tenant is being offboarded',
    'It is read-only; withdraw the offboarding to write again.',
  ),
  'tenant-erased': kind(
    410,
    'The tenant was erased',
    'Every key of it is destroyed; the problem carries the proof.',
  ),
  'tenant-exists': kind(409, 'The tenant exists already', 'Nothing to do.'),
} as const satisfies Readonly<Record<string, ProblemKind>>;

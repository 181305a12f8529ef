import { hasGo } from '../../infra/local-kms/build.ts';

/** How long its first build may take, milliseconds: it holds Helm's and Kubernetes' libraries. */
export const BUILDS_WITHIN_MS = 600_000;

/** In CI a missing linter is a failure; elsewhere its tests are skipped, and say why. */
export function canLint(): boolean {
  if (hasGo() || process.env['CI'] === 'true') return true;
  console.warn('skipped: the linter of chart and compose file needs Go to be built');
  return false;
}

import { LetheError } from '../../domain/errors.ts';
import type { AwsKmsConfig } from './aws-kms-config.ts';

/**
 * AWS's region for keys of a tenant's region (promise 5). Throws LetheError `region-not-served` where regions are listed and
 * this one is not: a key elsewhere would be a key in the wrong country.
 */
export function regionOf(
  { regions, defaultRegion }: Pick<AwsKmsConfig, 'regions' | 'defaultRegion'>,
  region: string | undefined,
): string {
  const found = (region === undefined ? undefined : regions.get(region)) ?? defaultRegion;
  if (found !== undefined) return found;
  throw new LetheError('region-not-served', 'no KMS keys are made for this region', {
    details: { region: region ?? null },
  });
}

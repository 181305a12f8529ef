import { allowsModelRegion } from '../../domain/policy/regions.ts';
import type { TenantInfo } from '../tenants.ts';
import { refuse, type Item } from './batch.ts';

/** Promise 4: an event of a model outside the tenant's regions is refused. */
export function refuseOutOfRegion({ policy, region }: TenantInfo, items: readonly Item[]): void {
  const faults = items.flatMap(({ index, incoming }) => {
    const modelRegion = incoming.clear['modelRegion'];
    if (typeof modelRegion !== 'string' || allowsModelRegion(policy, region, modelRegion)) return [];
    const message = 'the policy does not allow models of this region';
    return [{ index, code: 'out-of-region', field: 'data.modelRegion', message }];
  });
  if (faults.length > 0) throw refuse(faults);
}

/** Promise 23: where there are no services for minors, an account says that an adult or a guardian stands behind it. */
export function refuseUnattested({ policy }: TenantInfo, items: readonly Item[]): void {
  if (policy.pack !== 'neurasea') return;
  const faults = items.flatMap(({ index, incoming: { type, clear } }) =>
    type === 'account.registered' && clear['attestation'] === undefined
      ? [
          {
            index,
            code: 'attestation-missing',
            field: 'data.attestation',
            message: 'the policy asks for an attestation',
          },
        ]
      : [],
  );
  if (faults.length > 0) throw refuse(faults);
}

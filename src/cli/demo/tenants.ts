import type { PackName } from '../../domain/policy/policy.ts';
import { textOf, type Call } from './client.ts';

/** An organisation of the demo: real packs, windows short enough to watch. */
export interface DemoTenant {
  readonly name: string;
  readonly pack: PackName;
  readonly region: string;
  readonly minRetention: string;
  readonly maxRetention: string;
}

/** Short enough to see the automatic deletion of a whole tenant's assets. */
export const SHORTEST_MAXIMUM = 'PT12S';

export const DEMO_TENANTS: readonly DemoTenant[] = [
  { name: 'Atelier', pack: 'flux-context', region: 'eu-central', minRetention: 'PT6S', maxRetention: 'P30D' },
  {
    name: 'Helpdesk',
    pack: 'neuralseek',
    region: 'frankfurt',
    minRetention: 'PT6S',
    maxRetention: SHORTEST_MAXIMUM,
  },
  { name: 'Gallery', pack: 'clarifai', region: 'us-south', minRetention: 'P30D', maxRetention: 'P1Y' },
];

export interface RegisteredTenant extends DemoTenant {
  readonly id: string;
  /** Key of role tenant-admin. */
  readonly key: string;
}

export async function registerTenant(operator: Call, tenant: DemoTenant): Promise<RegisteredTenant> {
  const { name, pack, region, minRetention, maxRetention } = tenant;
  const policy = { pack, minRetention, maxRetention };
  const id = textOf(await operator('POST', '/v1/tenants', { body: { name, region, policy } }), 'tenant');
  const key = await operator('POST', `/v1/tenants/${id}/api-keys`, { body: { role: 'tenant-admin' } });
  return { ...tenant, id, key: textOf(key, 'key') };
}

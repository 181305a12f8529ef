import { setTimeout as delay } from 'node:timers/promises';
import { renderTable, type Cell } from '../terminal/table.ts';
import { createClient } from './client.ts';
import type { RegisteredTenant } from './tenants.ts';
import type { Narrator } from './walk.ts';

interface UsageLine {
  readonly type: string;
  readonly events: number;
}

const COLUMNS: Readonly<Record<string, string>> = {
  'upload.received': 'uploads',
  'generation.requested': 'requested',
  'generation.completed': 'completed',
  'asset.hidden': 'hidden',
  'asset.erased': 'erased',
  'erasure.certified': 'certified',
};
const POLL_MS = 500;

type Count = (type: string) => number;

async function countEvents(address: string, { id, key }: RegisteredTenant): Promise<Count> {
  const { body } = await createClient(address, key)('GET', `/v1/tenants/${id}/usage`);
  const lines = (body['days'] ?? []) as readonly UsageLine[];
  return type => lines.filter(line => line.type === type).reduce((sum, { events }) => sum + events, 0);
}

/** Waits until the schedule has erased every generation of a tenant: nobody asked, the maximum has passed. */
export async function awaitSchedule(
  address: string,
  tenant: RegisteredTenant,
  tell: Narrator,
): Promise<void> {
  tell.step(`${tenant.name}'s maximum retention of ${tenant.maxRetention} passes: deleted automatically`);
  for (;;) {
    const count = await countEvents(address, tenant);
    const [assets, certified] = [count('generation.requested'), count('erasure.certified')];
    if (certified >= assets) {
      tell.say(`${certified} of ${assets} assets erased, a certificate each`);
      return;
    }
    await delay(POLL_MS);
  }
}

/** A row a tenant: what its log holds, by the usage view. */
export async function standings(address: string, tenants: readonly RegisteredTenant[]): Promise<string> {
  const rows: Cell[][] = [];
  for (const tenant of tenants) {
    const count = await countEvents(address, tenant);
    rows.push([tenant.name, tenant.pack, ...Object.keys(COLUMNS).map(count)]);
  }
  return renderTable(['tenant', 'pack', ...Object.values(COLUMNS)], rows);
}

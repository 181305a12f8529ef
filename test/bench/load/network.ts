import { lettersOf } from '../../../src/cli/letters.ts';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import type { Client } from '../client.ts';

const BATCH = 1_000;
const EVENTS_A_USER = 200;
const DAYS = 29;
const DAY_MS = 86_400_000;
/** Accounts that one network serves; every fifth network is a carrier's, with ten times as many. */
const NEIGHBOURS = 10;
const CARRIERS = 10;
const random = createRandom('bench network');

const LATER = { 'asset.viewed': 78, 'asset.downloaded': 20, 'deletion.requested': 2 };

/** Where a user calls from: devices and payments are mostly a user's own, networks mostly shared. */
export interface Origin {
  readonly subject: string;
  readonly ip: string;
  readonly device: string;
  readonly paymentFingerprint: string;
  readonly apiClient: string;
}

export function originOf(user: number): Origin {
  const isOnCarrier = user % 5 === 0;
  const network = isOnCarrier ? user % CARRIERS : CARRIERS + Math.floor(user / NEIGHBOURS);
  return {
    subject: `user-${user}`,
    ip: `10.${Math.floor(network / 256)}.${network % 256}.${user % 250}`,
    // Every twentieth user has the device or the payment of the one before.
    device: `device-${user % 20 === 7 ? user - 1 : user}`,
    paymentFingerprint: `payment-${user % 20 === 13 ? user - 1 : user}`,
    apiClient: `client-${user % 5}`,
  };
}

const usersOf = (events: number): number => Math.ceil(events / EVENTS_A_USER);
/** One of the users that a load of so many events has. */
export const anyUser = (events: number): number => random.integer(0, usersOf(events) - 1);

/** Four weeks in the order of their times: every fourth event makes an asset and says where from, the rest are about it. */
function networkEvent(n: number, events: number, now: number): object {
  const asset = Math.floor(n / 4);
  const { subject, ...origin } = originOf(asset % usersOf(events));
  const isMaking = n % 4 === 0;
  return {
    ...{ specversion: '1.0', id: `network-${n}`, source: 'urn:lethe:bench:network' },
    type: isMaking ? 'generation.completed' : random.weighted(LATER),
    subject: `network-${lettersOf(asset)}`,
    time: new Date(now - DAYS * DAY_MS * (1 - n / events)).toISOString(),
    data: { subject, ...(isMaking ? { modality: 'image', ...origin } : {}) },
  };
}

/** Reports events `from` to `to` (exclusive) of `events`; resolves with the last position. */
export async function reportNetwork(
  { url, tenant, key }: Pick<Client, 'url' | 'tenant' | 'key'>,
  { from, to, events }: { readonly from: number; readonly to: number; readonly events: number },
): Promise<number> {
  const now = Date.now();
  let position = 0;
  const report = async (body: string): Promise<number> => {
    const response = await fetch(`${url}/v1/tenants/${tenant}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body,
    });
    if (!response.ok)
      throw new Error(`events answer ${response.status}: ${(await response.text()).slice(0, 300)}`);
    return ((await response.json()) as { position: number }).position;
  };
  for (let start = from; start < to; start += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) =>
      JSON.stringify(networkEvent(start + index, events, now)),
    );
    position = await report(lines.join('\n'));
  }
  return position;
}

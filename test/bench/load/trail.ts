import { lettersOf } from '../../../src/cli/letters.ts';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import type { Client } from '../client.ts';

const BATCH = 1_000;
const USERS = 5_000;
const DAYS = 90;
const DAY_MS = 86_400_000;
const random = createRandom('bench trail');

const MAKING = {
  'upload.received': { mediaType: 'image/png', bytes: 12_000 },
  'generation.completed': { model: 'example/pictor:3', modality: 'image' },
  'generation.blocked': { rule: 'rule/7', ground: 'abuse' },
};
const LATER = {
  'asset.viewed': {},
  'asset.downloaded': {},
  'pii.flagged': { source: 'detector', detector: 'bench' },
  'asset.shared': { audience: 'link' },
};
const MAKING_WEIGHTS = { 'upload.received': 45, 'generation.completed': 45, 'generation.blocked': 10 };
const LATER_WEIGHTS = { 'asset.viewed': 70, 'asset.downloaded': 20, 'pii.flagged': 8, 'asset.shared': 2 };

/** An API key that reports events. */
export interface Reporter {
  readonly id: string;
  readonly key: string;
}

export const trailAsset = (asset: number): string => `trail-${lettersOf(asset)}`;

/** Three months of a platform's life in the order of their times: every fourth event makes an asset, the rest are about it. */
function trailEvent(n: number, events: number, now: number): object {
  const asset = Math.floor(n / 4);
  const [type, data] = n % 4 === 0 ? drawn(MAKING, MAKING_WEIGHTS) : drawn(LATER, LATER_WEIGHTS);
  return {
    ...{ specversion: '1.0', id: `trail-${n}`, source: 'urn:lethe:bench:trail', type },
    subject: trailAsset(asset),
    time: new Date(now - DAYS * DAY_MS * (1 - n / events)).toISOString(),
    data: { subject: `user-${asset % USERS}`, ...data },
  };
}

function drawn<K extends string>(
  data: Readonly<Record<K, object>>,
  weights: Readonly<Record<K, number>>,
): readonly [K, object] {
  const type = random.weighted(weights);
  return [type, data[type]];
}

/** Reports events `from` to `to` (exclusive) of `events`, each batch by another key; resolves with the last position. */
export async function reportTrail(
  { url, tenant }: Client,
  reporters: readonly Reporter[],
  { from, to, events }: { readonly from: number; readonly to: number; readonly events: number },
): Promise<number> {
  const now = Date.now();
  let position = 0;
  for (let start = from; start < to; start += BATCH) {
    const key = reporters[(start / BATCH) % reporters.length]?.key ?? '';
    const lines = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) =>
      JSON.stringify(trailEvent(start + index, events, now)),
    );
    const response = await fetch(`${url}/v1/tenants/${tenant}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    if (!response.ok)
      throw new Error(`events answer ${response.status}: ${(await response.text()).slice(0, 300)}`);
    ({ position } = (await response.json()) as { position: number });
  }
  return position;
}

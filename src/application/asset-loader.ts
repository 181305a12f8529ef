import { assetDecider, type AssetState } from '../domain/asset/asset.ts';
import { fold } from '../domain/decider.ts';
import { decodeEnvelope } from '../domain/events/envelope.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { assetStream } from './streams.ts';

/** An asset as its own stream tells it: exact, not a view. */
export interface LoadedAsset {
  readonly state: AssetState;
  /** Last revision of the stream, -1 when there is none. */
  readonly revision: number;
  /** Position of the stream's last event, 0 when there is none. */
  readonly position: number;
}

export async function loadAsset(log: EventLog, tenant: string, asset: string): Promise<LoadedAsset> {
  const events = await log.readStream(tenant, assetStream(asset));
  const state = fold(
    assetDecider,
    events.map(({ envelope }) => decodeEnvelope(envelope)),
  );
  const last = events.at(-1);
  return { state, revision: last?.revision ?? -1, position: last?.position ?? 0 };
}

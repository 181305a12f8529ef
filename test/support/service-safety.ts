import { decodeEnvelope } from '../../src/domain/events/envelope.ts';
import { assetScope } from '../../src/domain/ports/key-store.ts';
import { withServiceLog } from './service-event-log.ts';
import { withVault } from './service-vault.ts';
import type { TestService } from './service.ts';

/** What a part of one event opens to: its fields, or why it does not open. */
export type Opened = Readonly<Record<string, unknown>> | 'hidden' | 'erased' | 'unstored';
export interface OpenedEvent {
  readonly content?: Opened;
  readonly network?: Opened;
}

/** Opens every sealed part of an asset as an investigator's process would: its own vault, no cache, safety rights. */
export async function openForSafety(
  service: TestService,
  tenant: string,
  asset: string,
): Promise<OpenedEvent[]> {
  const events = await withServiceLog(service, log => log.readStream(tenant, `asset/${asset}`));
  return withVault(
    service,
    async vault => {
      const opened: OpenedEvent[] = [];
      for (const { envelope, sealed } of events) {
        const { id, sealed: reference } = decodeEnvelope(envelope);
        if (sealed === null || reference === undefined) continue;
        const parts: Record<string, Opened> = {};
        for (const part of reference.parts) {
          const result = await vault.open(tenant, assetScope(asset), 'safety', sealed, id, part);
          parts[part] =
            result.status === 'opened'
              ? (JSON.parse(result.bytes.toString('utf8')) as Opened)
              : result.status;
        }
        opened.push(parts);
      }
      return opened;
    },
    ['safety'],
  );
}

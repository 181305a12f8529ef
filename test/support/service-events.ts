import pg from 'pg';
import type { EventType } from '../../src/domain/events/catalogue.ts';
import { decodeEnvelope, type AnyEnvelope } from '../../src/domain/events/envelope.ts';
import { storedEvents } from './service-event-log.ts';
import type { TestService } from './service.ts';

/** Runs with a superuser's connection to the service's database. */
export async function withDatabase<T>(
  service: TestService,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: await service.databaseUrl() });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** A tenant's events of one type as the log itself has them, oldest first: no view can lag behind it. */
export async function loggedEvents<T extends EventType>(
  service: TestService,
  tenant: string,
  type: T,
): Promise<Extract<AnyEnvelope, { type: T }>[]> {
  const stored = (await storedEvents(service)).filter(
    event => event.tenant === tenant && event.type === type,
  );
  return stored.map(({ envelope }) => decodeEnvelope(envelope) as Extract<AnyEnvelope, { type: T }>);
}

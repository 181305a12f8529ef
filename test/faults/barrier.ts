import pg from 'pg';
import { onTestFinished, vi } from 'vitest';
import type { TestService } from '../support/service.ts';

/** A write at which the service is made to stand still. */
export interface Stage {
  readonly name: string;
  readonly table: string;
  readonly event: 'insert' | 'update' | 'delete';
  /** Which rows, in SQL over `new` or `old`. */
  readonly when: string;
}

export interface Barrier {
  /** Resolves when the service stands before it. */
  readonly reached: () => Promise<void>;
  /** Lets whoever stands before it go on, and takes it away. */
  readonly release: () => Promise<void>;
}

const LOCK = 42;
const PATIENCE = { timeout: 20_000, interval: 10 };

async function connect(service: TestService): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await service.databaseUrl() });
  // The database may be killed under it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Holds the service up right before the stage's write, until it or the database dies. */
export async function raiseBarrier(service: TestService, stage: Stage): Promise<Barrier> {
  const client = await connect(service);
  // A test that fails must not leave the service waiting.
  onTestFinished(() => client.end().catch(() => undefined));
  await client.query(`
    create or replace function public.barrier() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(${LOCK});
      return coalesce(new, old);
    end $$;
    create trigger barrier before ${stage.event} on ${stage.table} for each row when (${stage.when})
      execute function public.barrier();
    select pg_advisory_lock(${LOCK})`);
  const reached = async (): Promise<void> => {
    const waiting = `select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted`;
    await vi.waitFor(async () => {
      if ((await client.query(waiting)).rowCount === 0) throw new Error(`${stage.name} was not reached`);
    }, PATIENCE);
  };
  const release = async (): Promise<void> => {
    await client.end();
    await dropBarrier(service, stage);
  };
  return { reached, release };
}

export async function dropBarrier(service: TestService, { table }: Stage): Promise<void> {
  const client = await connect(service);
  await client.query(`drop trigger barrier on ${table}`);
  await client.end();
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { expect } from 'vitest';
import { createCosigner } from '../../../src/application/transparency/cosign.ts';
import { createExtender } from '../../../src/application/transparency/extend.ts';
import { createNotary, type Notary } from '../../../src/application/transparency/notary.ts';
import { createSigner } from '../../../src/application/transparency/sign.ts';
import { createTransparency, type Transparency } from '../../../src/application/transparency/transparency.ts';
import { createTreeReader, type TreeReader } from '../../../src/application/transparency/tree-reader.ts';
import type { LetheError } from '../../../src/domain/errors.ts';
import { Frontier } from '../../../src/domain/merkle/frontier.ts';
import { leafHash } from '../../../src/domain/merkle/hash.ts';
import { verifyConsistency } from '../../../src/domain/merkle/verify.ts';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import type { LeaseCheck } from '../../../src/domain/ports/leases.ts';
import type { CheckpointKeeper, LogKeys, Witness } from '../../../src/domain/ports/notary.ts';
import type { TreeStore } from '../../../src/domain/ports/tree-store.ts';
import { openCheckpoint, type OpenedCheckpoint } from '../../../src/domain/tlog/checkpoint.ts';
import { diskFiles, type DurableFiles } from '../../../src/platform/keystore/durable-files.ts';
import { openKeptCheckpoints } from '../../../src/platform/notary/kept-checkpoints.ts';
import { openLogKeys } from '../../../src/platform/notary/signing-key.ts';
import { createPostgresEventLog } from '../../../src/platform/postgres/event-log.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { createPostgresTreeStore } from '../../../src/platform/postgres/tree-store.ts';
import { newEvent, TENANT } from '../../contract/event-log-fixtures.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestDatabase } from '../../support/test-database.ts';

export interface Rig {
  readonly log: EventLog;
  readonly trees: TreeStore;
  readonly reader: TreeReader;
  readonly keeper: CheckpointKeeper;
  readonly keys: LogKeys;
  readonly transparency: Transparency;
  readonly clock: FakeClock;
  /** Of the owner of the database, who may change everything. */
  readonly owner: pg.Pool;
  /** Codes of what was refused. */
  readonly refused: string[];
  readonly dir: string;
  notary(parts?: NotaryParts): Notary;
  /** Appends events of a tenant and answers with their envelopes. */
  append(count: number, tenant?: string): Promise<Buffer[]>;
  close(): Promise<void>;
}

export interface NotaryParts {
  readonly log?: Pick<EventLog, 'readLeaves'>;
  readonly trees?: TreeStore;
  readonly keeper?: CheckpointKeeper;
  readonly witnesses?: readonly Witness[];
  readonly quorum?: number;
  /** Held for ever where absent. */
  readonly check?: LeaseCheck;
}

/** Of a lease that is held. */
export const holding: LeaseCheck = () => Promise.resolve();

/** The real log and trees in a database of their own, the real files in a folder of their own. */
export async function createRig(files: DurableFiles = diskFiles): Promise<Rig> {
  const database = await createTestDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'lethe-notary-'));
  const pool = (role: 'lethe_writer' | undefined): pg.Pool =>
    createPool({
      connectionString: database.connectionString,
      ...{ role, max: 5, applicationName: 'lethe-test', onError: () => undefined },
    });
  const [writer, owner] = [pool('lethe_writer'), pool(undefined)];
  const log = createPostgresEventLog({ writer, connectionString: database.connectionString });
  const trees = createPostgresTreeStore({ writer });
  const reader = createTreeReader(trees);
  const keeper = await openKeptCheckpoints({ dir: join(dir, 'checkpoints'), files });
  const keys = await openLogKeys({
    dir: join(dir, 'notary'),
    cell: 'log.test',
    generationOf: tenant => keeper.generation(tenant),
  });
  const clock = createFakeClock();
  const refused: string[] = [];
  const shared = { log, trees, reader, keeper, keys };
  return {
    ...shared,
    ...{ clock, owner, refused, dir },
    transparency: createTransparency({ ...shared, tiles: trees }),
    notary: parts => notaryOf({ ...shared, ...parts }, clock, refused),
    append: async (count, tenant = TENANT) => {
      const events = Array.from({ length: count }, () => ordinaryEvent(tenant));
      const appended = await log.append(events);
      expect(appended.status).toBe('appended');
      return events.map(({ envelope }) => envelope);
    },
    close: async () => {
      await log.close();
      await Promise.all([writer.end(), owner.end()]);
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Parts = Omit<NotaryParts, 'log'> &
  Pick<Rig, 'trees' | 'reader' | 'keeper' | 'keys'> & { readonly log: Pick<EventLog, 'readLeaves'> };

function notaryOf(parts: Parts, clock: FakeClock, refused: string[]): Notary {
  const { trees, reader, witnesses = [], quorum = witnesses.length, check = holding } = parts;
  return createNotary({
    trees,
    extender: createExtender(parts),
    signer: createSigner({ ...parts, clock, cosigner: createCosigner({ witnesses, quorum, reader }) }),
    lease: {
      hold: async work => {
        await work(check);
        return true;
      },
    },
    elapsed: () => clock.now().getTime(),
    observer: {
      onUnsigned: () => undefined,
      onRefused: (_, error: LetheError) => refused.push(error.code),
    },
  });
}

/** An event whose envelope says of it what its columns say, and of its sealed bytes their hash. */
function ordinaryEvent(tenant: string) {
  const id = randomUUID();
  const event = newEvent({ tenant, stream: `asset/${id}`, sourceId: id });
  const hash = createHash('sha256')
    .update(event.sealed ?? '')
    .digest('base64url');
  const { stream, source, sourceId, type } = event;
  const envelope = { tenant, id, stream, source, sourceId, type, sealed: { hash } };
  return { ...event, envelope: Buffer.from(JSON.stringify(envelope)) };
}

/** The tenant's newest checkpoint, opened with its public key. */
export async function published(rig: Rig, tenant = TENANT): Promise<OpenedCheckpoint | undefined> {
  const newest = await rig.trees.newest(tenant);
  return newest && openCheckpoint(newest.note, rig.keys.signer(tenant).verifier);
}

/** Recomputes a tenant's tree from the log alone and holds everything stored against it. */
export async function verifyWholeTree(rig: Rig, tenant = TENANT): Promise<void> {
  const events = (await rig.log.readAll(0, 1_000_000)).filter(event => event.tenant === tenant);
  const frontier = new Frontier();
  const roots = [frontier.root()];
  for (const { envelope } of events) {
    frontier.append(leafHash(envelope));
    roots.push(frontier.root());
  }
  const size = (await rig.trees.state(tenant))?.size ?? 0;
  expect(size).toBe(events.length);
  expect(await rig.reader.root(tenant, size)).toEqual(frontier.root());
  expect(await rig.trees.positions(tenant, 0, size)).toEqual(events.map(({ position }) => position));
  const checkpoint = await published(rig, tenant);
  if (checkpoint === undefined) return;
  expect(checkpoint.root).toEqual(roots[checkpoint.size]);
  const proof = await rig.transparency.consistency(tenant, checkpoint.size, size);
  verifyConsistency({ from: checkpoint, to: { size, root: frontier.root() }, proof });
}

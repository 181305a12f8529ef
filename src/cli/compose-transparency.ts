import { join } from 'node:path';
import type { Logger } from 'pino';
import { cacheTiles } from '../application/transparency/cached-tiles.ts';
import { createCosigner } from '../application/transparency/cosign.ts';
import { createExtender } from '../application/transparency/extend.ts';
import { createNotary, type Notary, type NotaryObserver } from '../application/transparency/notary.ts';
import { createSigner } from '../application/transparency/sign.ts';
import {
  checkLogAgainstCheckpoints,
  findLosses,
  type Loss,
  type StartCheckDeps,
} from '../application/transparency/start-check.ts';
import { createTransparency, type Transparency } from '../application/transparency/transparency.ts';
import { createTreeReader, type TreeReader } from '../application/transparency/tree-reader.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { CheckpointKeeper, LogKeys } from '../domain/ports/notary.ts';
import type { TreeStore } from '../domain/ports/tree-store.ts';
import { encodeVerifierKey } from '../domain/tlog/keys.ts';
import type { Config } from '../platform/config.ts';
import { createHttpWitness } from '../platform/notary/http-witness.ts';
import { openKeptCheckpoints } from '../platform/notary/kept-checkpoints.ts';
import type { NotaryMetrics } from '../platform/notary/metrics.ts';
import { openLogKeys } from '../platform/notary/signing-key.ts';
import { createPostgresTreeStore } from '../platform/postgres/tree-store.ts';
import type { Stores } from './stores.ts';

/** Where the transparency log keeps its trees, its key and its newest checkpoints. */
export interface NotaryStores {
  readonly trees: TreeStore;
  readonly reader: TreeReader;
  readonly keys: LogKeys;
  readonly keeper: CheckpointKeeper;
  readonly witnesses: Config['witnesses'];
  readonly quorum: number;
}

export type NotaryConfig = Pick<Config, 'keystoreDir' | 'logOrigin' | 'witnesses' | 'witnessQuorum'>;

export async function openNotaryStores(
  { keystoreDir, logOrigin, witnesses, witnessQuorum }: NotaryConfig,
  writer: Stores['writer'],
): Promise<NotaryStores> {
  const trees = createPostgresTreeStore({ writer });
  const keeper = await openKeptCheckpoints({ dir: join(keystoreDir, 'checkpoints') });
  const generationOf = (tenant: string): number => keeper.generation(tenant);
  return {
    trees,
    reader: createTreeReader(trees),
    keys: await openLogKeys({ dir: join(keystoreDir, 'notary'), cell: logOrigin, generationOf }),
    keeper,
    witnesses,
    quorum: witnessQuorum,
  };
}

export function composeTransparency({ log, notary }: Pick<Stores, 'log' | 'notary'>): Transparency {
  const tiles = cacheTiles(notary.trees);
  return createTransparency({ log, ...notary, tiles, reader: createTreeReader(tiles) });
}

/** Who cosigns, as the API tells it. */
export const witnessesOf = ({ witnesses, quorum }: NotaryStores): { keys: string[]; quorum: number } => ({
  keys: witnesses.map(({ key }) => encodeVerifierKey(key)),
  quorum,
});

const startCheck = ({ log, notary }: Pick<Stores, 'log' | 'notary'>): StartCheckDeps => ({
  ...{ log, ...notary, extender: createExtender({ log, trees: notary.trees }) },
});

/** Part of the restore guard: throws before anything is served. */
export const checkAgainstKept = (stores: Pick<Stores, 'log' | 'notary'>): Promise<void> =>
  checkLogAgainstCheckpoints(startCheck(stores));

/** What is lost of each tenant's log, for somebody to decide about. */
export const lossesOf = (stores: Pick<Stores, 'log' | 'notary'>): Promise<Loss[]> =>
  findLosses(startCheck(stores));

export function composeNotary(
  { log, leases, notary }: Pick<Stores, 'log' | 'leases' | 'notary'>,
  {
    clock,
    logger,
    metrics,
  }: { readonly clock: Clock; readonly logger: Logger; readonly metrics: NotaryMetrics },
): Notary {
  const { trees, reader, keys, keeper, quorum } = notary;
  const witnesses = notary.witnesses.map(({ key, url }) => createHttpWitness(key, url));
  const cosigner = createCosigner({ witnesses, quorum, reader });
  return createNotary({
    trees,
    extender: createExtender({ log, trees, onStored: behind(clock, metrics) }),
    signer: createSigner({ trees, reader, keeper, keys, cosigner, clock }),
    lease: { hold: work => leases.run('notary', ({ check }) => work(check)) },
    elapsed: () => performance.now(),
    observer: observe(logger, metrics),
  });
}

const behind =
  (clock: Clock, { behindSeconds }: NotaryMetrics) =>
  (oldest: Date | undefined): void => {
    const age = oldest === undefined ? 0 : clock.now().getTime() - oldest.getTime();
    behindSeconds.set(Math.max(0, age) / 1_000);
  };

const observe = (logger: Logger, metrics: NotaryMetrics): NotaryObserver => ({
  onUnsigned: trees => {
    for (const { tenant, size } of trees) metrics.treeSize.set({ tenant }, size);
    metrics.unsignedSeconds.set(Math.max(0, ...trees.map(({ seconds }) => seconds)));
  },
  onRefused: (tenant, error) => {
    metrics.unsigned.inc({ code: error.code });
    const isAlarm = error.code === 'checkpoint-contradiction';
    logger[isAlarm ? 'fatal' : 'error']({ err: error, code: error.code, tenant }, 'checkpoint not published');
  },
});

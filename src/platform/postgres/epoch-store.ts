import type { Pool } from 'pg';
import type {
  EpochRow,
  EpochStore,
  Page,
  Rewrapped,
  Survivor,
  WrappedKey,
} from '../../domain/ports/epoch-store.ts';
import type { Leases } from '../../domain/ports/leases.ts';
import { byteaArray, plainArray, textArray, uuidArray } from './binary-arrays.ts';
import { byIndex } from './by-index.ts';
import {
  CLOSE,
  COUNT_LOST,
  DELETE_ROOTS,
  DESTROYED,
  DUE,
  LIST,
  LIVING_UNDER,
  REINSTATE,
  RETIRE,
  REVIVE,
  REWRAP,
  SUPERSEDE,
  SURVIVORS,
  TENANTS,
} from './epoch-statements.ts';

const rewrapParameters = (keys: readonly Rewrapped[]): unknown[] => [
  textArray(keys.map(({ scope }) => scope)),
  byteaArray(keys.map(({ was }) => was)),
  byteaArray(keys.map(({ safety }) => safety)),
  byteaArray(keys.map(({ serving }) => serving)),
];

const reviveParameters = (survivors: readonly Survivor[]): unknown[] => [
  textArray(survivors.map(({ scope }) => scope)),
  uuidArray(survivors.map(({ keyId }) => keyId)),
  byteaArray(survivors.map(({ safety }) => safety)),
  byteaArray(survivors.map(({ serving }) => serving)),
  plainArray(survivors.map(({ hiddenAt }) => hiddenAt?.toISOString())),
];

type Steps = Omit<EpochStore, 'list' | 'due' | 'tenants' | 'livingUnder' | 'survivors' | 'exclusively'>;

/** What changes rows: one statement each, so that a crash leaves a step done or not done. */
function createSteps(writer: Pool): Steps {
  const changed = async (sql: string, values: unknown[]): Promise<number> =>
    (await writer.query(sql, values)).rowCount ?? 0;
  return {
    supersede: async (tenant, epoch) => {
      await changed(SUPERSEDE, [tenant, epoch]);
    },
    close: async (tenant, epoch) => {
      await changed(CLOSE, [tenant, epoch]);
    },
    retire: async (tenant, epoch, { at, survivors }) =>
      (await changed(RETIRE, [tenant, epoch, at, survivors])) === 1,
    destroyed: async (tenant, epoch, at) => {
      await changed(DESTROYED, [tenant, epoch, at]);
    },
    deleteRoots: async (tenant, epoch) => {
      await changed(DELETE_ROOTS, [tenant, epoch]);
    },
    rewrap: async (tenant, epoch, keys) =>
      (await byIndex(writer, REWRAP, [tenant, epoch, ...rewrapParameters(keys)])).rowCount ?? 0,
    revive: async (tenant, epoch, survivors) =>
      (await byIndex(writer, REVIVE, [tenant, epoch, ...reviveParameters(survivors)])).rowCount ?? 0,
    reinstate: async (tenant, epoch, at) => {
      await changed(REINSTATE, [tenant, epoch, at]);
    },
    countLost: async tenant =>
      (await writer.query<{ lost: number }>(COUNT_LOST, [tenant])).rows[0]?.lost ?? 0,
  };
}

export interface EpochStoreOptions {
  /** Pool of the role lethe_writer. */
  readonly writer: Pool;
  /** By which a tenant's roll runs alone. */
  readonly leases: Leases;
}

/** Epochs in PostgreSQL. */
export function createPostgresEpochStore({ writer, leases }: EpochStoreOptions): EpochStore {
  const tenantsOf = async (sql: string, values: unknown[]): Promise<string[]> =>
    (await writer.query<{ tenant: string }>(sql, values)).rows.map(({ tenant }) => tenant);
  const page = (tenant: string, epoch: number, { after, limit }: Page): unknown[] => [
    ...[tenant, epoch, after ?? '', limit],
  ];
  return {
    ...createSteps(writer),
    list: async tenant => (await writer.query<EpochRow>(LIST, [tenant])).rows,
    due: openedBefore => tenantsOf(DUE, [openedBefore]),
    tenants: () => tenantsOf(TENANTS, []),
    livingUnder: async (tenant, epoch, which) =>
      (await byIndex<WrappedKey>(writer, LIVING_UNDER, page(tenant, epoch, which))).rows,
    survivors: async (tenant, epoch, which) =>
      (await byIndex<Survivor>(writer, SURVIVORS, page(tenant, epoch, which))).rows,
    exclusively: async (tenant, run) => {
      let answer: Awaited<ReturnType<typeof run>> | undefined;
      await leases.run(`epoch-roll/${tenant}`, async () => {
        answer = await run();
      });
      return answer;
    },
  };
}

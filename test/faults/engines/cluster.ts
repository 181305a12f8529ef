import { startOwnPostgres, type OwnPostgres } from '../../support/own-postgres.ts';
import { createService, type TestService } from '../../support/service.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** Two API processes and two with workers on a PostgreSQL server that is theirs alone, and a proxy on every way. */
export interface Cluster {
  readonly postgres: OwnPostgres;
  readonly apis: readonly TestService[];
  readonly workers: readonly TestService[];
  /** In front of each API process, in the same order. */
  readonly fronts: readonly TcpProxy[];
  destroy(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const postgres = await startOwnPostgres();
  opened.defer(() => postgres.destroy());
  const database = { connectionString: postgres.connectionString, drop: () => Promise.resolve() };
  const first = await createService({ database, command: ['api'], env: { LETHE_KEY_CACHE: 'PT0.5S' } });
  opened.defer(() => first.destroy());
  const apis = [first, first.anotherNode()];
  const workers = [first.anotherNode(['worker']), first.anotherNode(['worker'])];
  for (const node of [...apis.slice(1), ...workers]) opened.defer(() => node.stop().then(() => undefined));
  const fronts = await Promise.all(apis.map(api => startTcpProxy(() => portOf(api))));
  for (const front of fronts) opened.defer(() => front.close());
  await Promise.all([...apis, ...workers].map(node => node.start()));
  const held = opened.move();
  return { postgres, apis, workers, fronts, destroy: () => held.disposeAsync() };
}

const portOf = ({ address }: TestService): number | undefined =>
  address === '' ? undefined : Number(new URL(address).port);

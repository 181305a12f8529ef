import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { defaultKeystoreDir } from '../../src/platform/config.ts';
import { embeddedUrl, endEmbedded } from './service-database.ts';
import { callerWith, type Caller } from './service-http.ts';
import { startServiceLog, type ServiceLog } from './service-event-log.ts';
import { runLethe, type LetheProcess } from './service-process.ts';
import { createEmptyDatabase, type TestDatabase } from './test-database.ts';

export interface ServiceOptions {
  /**
   * embedded: a server of its own in the data directory, as `npm start` has it · shared: a database of the test run · or
   * one of the caller's.
   */
  readonly database: 'embedded' | 'shared' | TestDatabase;
  readonly env?: Readonly<Record<string, string>>;
  /** What the process is: the whole service unless said otherwise. */
  readonly command?: Command;
}

/** `worker` with the names of its workers. */
export type Command = readonly ['start' | 'api'] | readonly ['worker', ...string[]];

/** A service for the tests of one file, started before them and gone after them, whatever they do. */
export function useService(options: ServiceOptions): () => TestService {
  let service: TestService | undefined;
  beforeAll(async () => {
    service = await createService(options);
    await service.start();
  });
  afterAll(async () => service?.destroy());
  return () => {
    if (service === undefined) throw new Error('the service was not started');
    return service;
  };
}

/** A service that has not been started; `destroy` is the caller's to call. */
export async function createService({
  database,
  env = {},
  command = ['start'],
}: ServiceOptions): Promise<TestService> {
  const home = await mkdtemp(join(tmpdir(), 'lethe-service-'));
  const dataDir = join(home, 'data');
  await mkdir(dataDir);
  // As root, the embedded server runs as another user, which has to reach its directory.
  await Promise.all([chmod(home, 0o711), chmod(dataDir, 0o711)]);
  const own = await databaseOf(database);
  const log = await startServiceLog();
  return new TestService({ dataDir, database: own, log, env, command, logFile: 'service.log' });
}

async function databaseOf(database: ServiceOptions['database']): Promise<TestDatabase | undefined> {
  if (database === 'embedded') return undefined;
  return database === 'shared' ? createEmptyDatabase() : database;
}

/** A start has no promise to keep but its own end: four at once on a busy machine take their time. */
const PATIENCE = { timeout: 60_000, interval: 20 };
const STOPS_WITHIN_MS = 10_000;
const READY = /"address":"(?<address>[^"]+)".*"msg":"ready"/g;

interface Place {
  readonly dataDir: string;
  /** Undefined: the embedded one. */
  readonly database: TestDatabase | undefined;
  readonly log: ServiceLog;
  readonly env: Readonly<Record<string, string>>;
  readonly command: Command;
  readonly logFile: string;
}

/** A process of the service as a child, seen from outside. */
export class TestService {
  readonly #place: Place;
  #process: LetheProcess | undefined;
  #address = '';
  #operatorKey = '';

  constructor(place: Place) {
    this.#place = place;
  }

  get dataDir(): string {
    return this.#place.dataDir;
  }

  /** Beside the data directory, in the same temporary folder. */
  get keystoreDir(): string {
    return defaultKeystoreDir(this.dataDir);
  }

  /** Another process on the same database and keys, for the caller to start and stop. */
  anotherNode(command: Command = this.#place.command): TestService {
    const logFile = `another-node-${process.hrtime.bigint()}.log`;
    return new TestService({ ...this.#place, command, logFile });
  }

  /** Somebody with that key; the address is looked up anew for each request, since it changes with every start. */
  callerWith(key: string | undefined): Caller {
    return callerWith(() => this.#address, key);
  }

  get operator(): Caller {
    return this.callerWith(this.#operatorKey);
  }

  get address(): string {
    return this.#address;
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, again on the same data where it ran before; resolves when it says that it is ready. */
  async start(): Promise<void> {
    const starts = (await this.#readies()).length;
    const started = this.#run(this.#place.command, this.#place.logFile);
    this.#process = started;
    const ready = vi.waitFor(async () => {
      const address = (await this.#readies())[starts];
      if (address === undefined) throw new Error('the service is not ready');
      return address;
    }, PATIENCE);
    this.#address = await Promise.race([ready, this.#failure(started)]);
    // A process with workers alone makes none.
    this.#operatorKey = (await readFile(join(this.dataDir, 'operator.key'), 'utf8').catch(() => '')).trim();
    await vi.waitFor(async () => {
      const { status } = await this.callerWith(undefined).get('/health/ready');
      if (status !== 200) throw new Error(`ready answers ${status}`);
    }, PATIENCE);
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    return (await this.#end('SIGTERM')) ?? null;
  }

  /** SIGKILL; the embedded database, where there is one, stays behind as an orphan. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGSTOP: it neither works nor ends, and its connections stay open. */
  freeze(): void {
    this.#process?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#process?.signal('SIGCONT');
  }

  /** SIGKILL for the embedded database too: it recovers from its write-ahead log at the next start. */
  async killWithDatabase(): Promise<void> {
    await Promise.all([this.#end('SIGKILL'), endEmbedded(this.dataDir, 'SIGKILL')]);
  }

  /** Everything that the service has printed so far, over all starts. */
  output(): Promise<string> {
    return readFile(join(this.dataDir, this.#place.logFile), 'utf8').catch(() => '');
  }

  get log(): ServiceLog {
    return this.#place.log;
  }

  /** What its processes are told of their surroundings, beside the database and the data directory. */
  get env(): Readonly<Record<string, string>> {
    return { ...this.#place.log.env, ...this.#place.env };
  }

  /** Of the superuser. */
  async databaseUrl(): Promise<string> {
    return this.#place.database?.connectionString ?? (await embeddedUrl(this.dataDir));
  }

  /** Runs another command on the same data; resolves with its exit code and what it printed. */
  async command(...args: string[]): Promise<{ code: number | null; output: string }> {
    const file = `${args[0] ?? 'lethe'}-${process.hrtime.bigint()}.log`;
    const code = await this.#run(args, file).ended;
    return { code, output: await readFile(join(this.dataDir, file), 'utf8') };
  }

  /** Ends every process and removes the data. */
  async destroy(): Promise<void> {
    const impatient = setTimeout(() => this.#process?.signal('SIGKILL'), STOPS_WITHIN_MS);
    await this.#end('SIGTERM');
    clearTimeout(impatient);
    await endEmbedded(this.dataDir, 'SIGQUIT');
    await this.#place.database?.drop();
    await this.#place.log.stop();
    await rm(dirname(this.dataDir), { recursive: true, force: true });
  }

  #run(args: readonly string[], logFile: string): LetheProcess {
    const url = this.#place.database?.connectionString;
    return runLethe(args, join(this.dataDir, logFile), {
      LETHE_DATA_DIR: this.dataDir,
      LETHE_PORT: '0',
      LETHE_WORKER_PORT: '0',
      LETHE_RATE_LIMIT: '0',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
      ...this.env,
    });
  }

  async #readies(): Promise<string[]> {
    return [...(await this.output()).matchAll(READY)].map(({ groups }) => groups?.['address'] ?? '');
  }

  async #failure({ ended }: LetheProcess): Promise<never> {
    const code = await ended;
    throw new Error(`the service ended with ${code}: ${(await this.output()).slice(-2_000)}`);
  }

  async #end(how: NodeJS.Signals): Promise<number | null | undefined> {
    const ending = this.#process;
    ending?.signal(how);
    const code = await ending?.ended;
    this.#process = undefined;
    return code;
  }
}

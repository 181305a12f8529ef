import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../free-port.ts';
import { fetchKafka } from './fetch.ts';
import { logging, serverProperties } from './properties.ts';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 200;

export interface BrokerOptions {
  /** For data, configuration and logs. Started again on the same directory, a broker has its topics still. */
  readonly dir: string;
  /** Of the clients' listener; a free one when absent. */
  readonly port?: number;
}

/** One Apache Kafka in KRaft mode, broker and controller in one process, on the loopback address. */
export interface Broker {
  /** `host:port`, the same for as long as the broker exists. */
  readonly address: string;
  /** Resolves when the broker answers an admin client. Also after `stop` and `kill`. */
  start(): Promise<void>;
  /** SIGTERM: writes everything out first. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Whether there is a Java 17 or later to run it with. */
export function hasJava(): boolean {
  const { stderr, status } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  return status === 0 && major >= 17;
}

/** A broker that has not been started; fetches Kafka and formats its storage. */
export async function createBroker({ dir, port }: BrokerOptions): Promise<Broker> {
  const jars = await fetchKafka();
  await mkdir(dir, { recursive: true });
  const listener = port ?? (await freePort());
  const place = { dir, classPath: jars.join(delimiter), address: `127.0.0.1:${listener}` };
  await writeFile(join(dir, 'log4j2.properties'), logging(join(dir, 'server.log')));
  await writeFile(
    join(dir, 'server.properties'),
    serverProperties({ dataDir: join(dir, 'data'), port: listener, controllerPort: await freePort() }),
  );
  await format(place);
  let running: ChildProcess | undefined;
  const end = async (how: NodeJS.Signals): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise(resolve => void ending.once('exit', resolve));
    ending.kill(how);
    await ended;
  };
  return {
    address: place.address,
    start: async () => {
      running = java(place, 'kafka.Kafka', [join(dir, 'server.properties')]);
      await untilReady(place, running);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

interface Place {
  readonly dir: string;
  readonly classPath: string;
  readonly address: string;
}

/** The last resort, where the process that started it ends without stopping it, is an exit handler. */
function java({ dir, classPath }: Place, main: string, args: readonly string[]): ChildProcess {
  const out = openSync(join(dir, 'console.log'), 'a');
  const options = ['-Xmx384m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
  const logs = `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`;
  const child = spawn('java', [...options, logs, '-cp', classPath, main, ...args], {
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  const endToo = (): void => void child.kill('SIGKILL');
  process.once('exit', endToo);
  child.once('exit', () => process.removeListener('exit', endToo));
  return child;
}

async function format(place: Place): Promise<void> {
  const config = join(place.dir, 'server.properties');
  // One argument: an id may begin with a hyphen, and is then taken for an option.
  const id = `--cluster-id=${clusterId()}`;
  const args = ['format', '--ignore-formatted', '--standalone', id, '--config', config];
  const child = java(place, 'kafka.tools.StorageTool', args);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`the storage was not formatted: ${await lastWords(place)}`);
}

/** Kafka's form of a UUID: Base64url of its 16 bytes. */
const clusterId = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');

async function untilReady(place: Place, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const kafka = new Kafka({ brokers: [place.address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const admin = kafka.admin();
  try {
    while (performance.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the broker ended: ${await lastWords(place)}`);
      const { controller } = await admin
        .connect()
        .then(() => admin.describeCluster())
        .catch(() => ({ controller: null }));
      if (controller !== null) return;
      await delay(POLL_MS);
    }
    throw new Error(`the broker does not answer: ${await lastWords(place)}`);
  } finally {
    await admin.disconnect();
  }
}

const lastWords = async ({ dir }: Place): Promise<string> =>
  (await readFile(join(dir, 'console.log'), 'utf8')).slice(-1_000);

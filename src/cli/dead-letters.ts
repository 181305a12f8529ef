import type { Command } from 'commander';
import { LetheError } from '../domain/errors.ts';
import type { DeadLetter, UnreadableLetter } from '../domain/ports/dead-letters.ts';
import { loadConfig } from '../platform/config.ts';
import type { KafkaConfig, KafkaIn } from '../platform/kafka/kafka-config.ts';
import { createLogger } from '../platform/logging.ts';
import { replay, type Replayed } from '../workers/kafka/replay.ts';
import type { DeadLetters } from './compose-kafka.ts';
import { composeViews } from './compose-views.ts';
import { compose } from './compose.ts';
import { CONNECTIONS } from './connections.ts';
import { openFoundation } from './foundation.ts';
import { isOutage } from './tenant-attempts.ts';
import { renderTable } from './terminal/table.ts';

interface Filter {
  readonly tenant?: string;
  readonly code?: string;
}

export function registerDeadLetters(program: Command): void {
  const command = program
    .command('dead-letters')
    .description('messages from Kafka that could not be taken: what they are about is sealed');
  const filtered = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option('--tenant <tenant>', 'those of one tenant')
      .option('--code <code>', 'those refused with that code');
  filtered('list', 'show where each came from and why it was refused').action(async (filter: Filter) =>
    list(filter),
  );
  filtered('replay', 'try them again; what is taken leaves the list').action(async (filter: Filter) =>
    replayAll(filter),
  );
}

const list = (filter: Filter): Promise<void> =>
  withDeadLetters(async ({ box }) => {
    const { letters, unreadable } = await box.list();
    const rows = chosen(letters, filter).map(letter => [
      letter.id,
      letter.code,
      letter.tenant ?? '–',
      letter.at.toISOString(),
      letter.sealed === undefined ? 'address only' : 'sealed',
    ]);
    print(renderTable(['letter', 'code', 'tenant', 'at', 'kept'], rows));
    print(`${rows.length} dead letters`);
    tellUnreadable(unreadable);
  });

const replayAll = (filter: Filter): Promise<void> =>
  withDeadLetters(async ({ box, tryAgain }) => {
    const counts = new Map<string, number>();
    const { letters, unreadable } = await box.list();
    for (const letter of chosen(letters, filter)) {
      const outcome = await tryAgain(letter).then(wordsOf, failure);
      if (outcome === 'taken') await box.settle([letter.id]);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    print(renderTable(['outcome', 'letters'], [...counts]));
    tellUnreadable(unreadable);
  });

const wordsOf = (replayed: Replayed): string =>
  replayed.status === 'refused' ? `refused: ${replayed.code}` : replayed.status;

/** One tenant's KMS that does not answer keeps nobody else's letters from being tried; the command has failed in part. */
function failure(error: unknown): string {
  if (!(error instanceof LetheError) || isOutage(error)) throw error;
  process.exitCode = 1;
  return `failed: ${error.code}`;
}

/** They are nobody's: whatever was filtered by, each is told, and the command has failed in part. */
function tellUnreadable(unreadable: readonly UnreadableLetter[]): void {
  for (const { code, partition, offset } of unreadable)
    process.stderr.write(`${code}: partition ${partition}, offset ${offset}\n`);
  if (unreadable.length > 0) process.exitCode = 1;
}

const chosen = (letters: readonly DeadLetter[], { tenant, code }: Filter): DeadLetter[] =>
  letters.filter(
    letter =>
      (tenant === undefined || letter.tenant === tenant) && (code === undefined || letter.code === code),
  );

interface Opened extends DeadLetters {
  readonly tryAgain: (letter: DeadLetter) => Promise<Replayed>;
}

/** Runs a command on the dead letters of this process's environment, and closes everything behind it. */
async function withDeadLetters(run: (opened: Opened) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  const { kafka, source } = requireIn(config.kafka);
  const { composeDeadLetters, composeSift, connectKafka } = await import('./compose-kafka.ts');
  const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
  await using opened = new AsyncDisposableStack();
  const foundation = await openFoundation(opened, config, logger, CONNECTIONS.command);
  const deadLetters = composeDeadLetters(connectKafka(kafka, logger), source, foundation.stores);
  opened.defer(() => deadLetters.box.close());
  const { reached } = composeViews(foundation);
  const { services } = compose({ ...foundation, reached, cell: config.profile, settings: config });
  const deps = {
    letters: deadLetters.letters,
    sift: composeSift(services.ingest, logger),
    mayWrite: (tenant: string) => source.tenants?.has(tenant) ?? true,
  };
  await run({ ...deadLetters, tryAgain: letter => replay(deps, letter) });
}

function requireIn(kafka: KafkaConfig | undefined): {
  readonly kafka: KafkaConfig;
  readonly source: KafkaIn;
} {
  if (kafka?.in === undefined)
    throw new LetheError('config-invalid', 'no topic is read: set KAFKA_BROKERS and KAFKA_IN_TOPIC');
  return { kafka, source: kafka.in };
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

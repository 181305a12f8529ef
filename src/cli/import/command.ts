import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { LetheError } from '../../domain/errors.ts';
import { MODALITIES } from '../../domain/events/asset-events.ts';
import { instant, webAddress, wholeNumber } from '../numbers.ts';
import type { Modality } from '../simulate/grammar.ts';
import { startProgress } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import { FORMATS, type Format } from './format.ts';
import { importFile, type ImportOptions, type ImportSummary } from './import-file.ts';

interface Flags {
  readonly url: string;
  readonly tenant: string;
  readonly key?: string;
  readonly format: Format | 'auto';
  readonly promptColumn?: string;
  readonly subjectColumn?: string;
  readonly subjects: number;
  readonly modality: Modality;
  readonly model: string;
  readonly time?: Date;
  readonly concurrency?: number;
}

export function registerImport(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'prompts as TSV, CSV, JSONL or lines, or CloudEvents as NDJSON')
    .description('send a file to a running service; a second time it is all duplicates')
    .option('--url <address>', 'address of the service', webAddress, 'http://127.0.0.1:7070')
    .requiredOption('--tenant <id>', 'tenant that the events belong to')
    .option('--key <key>', 'API key (default: the operator key in the data directory)')
    .addOption(
      new Option('--format <format>', 'what the file is').choices(['auto', ...FORMATS]).default('auto'),
    )
    .option('--prompt-column <name>', 'column or field that holds the prompt')
    .option('--subject-column <name>', 'column or field that holds the user')
    .option(
      '--subjects <number>',
      'users to share prompts out among without such a column',
      wholeNumber(1),
      10,
    )
    .addOption(
      new Option('--modality <kind>', 'what the prompts ask for').choices(MODALITIES).default('image'),
    )
    .option('--model <name>', 'model that served them', 'imported/unknown:1')
    .option('--time <instant>', 'when the prompts were made (default: as they arrive)', instant)
    .option('--concurrency <number>', 'requests at once; events of one asset need 1', wholeNumber(1))
    .action(async (file: string, flags: Flags) => runImport(file, flags));
}

async function runImport(file: string, flags: Flags): Promise<void> {
  const options: ImportOptions = {
    ...flags,
    file,
    key: flags.key ?? (await readOperatorKey(process.env['LETHE_DATA_DIR'] ?? '.lethe')),
    columns: { prompt: flags.promptColumn, subject: flags.subjectColumn },
    time: flags.time,
    concurrency: flags.concurrency,
  };
  process.stdout.write(`${summaryTable(await importWithProgress(options))}\n`);
}

/** Imports with a progress bar by bytes. */
export async function importWithProgress(options: ImportOptions): Promise<ImportSummary> {
  const { size } = await statFile(options.file);
  const progress = startProgress({ label: 'import', total: size });
  try {
    return await importFile(options, (bytes, events) => progress.update(bytes, `${events} events`));
  } finally {
    progress.stop();
  }
}

export function summaryTable(summary: ImportSummary): string {
  const { format, accepted, duplicates, retries, position, milliseconds } = summary;
  const rate = Math.round(((accepted + duplicates) / milliseconds) * 1_000);
  const head = ['read as', 'accepted', 'duplicates', 'retries', 'log position', 'seconds', 'events/s'];
  return renderTable(head, [[format, accepted, duplicates, retries, position, milliseconds / 1_000, rate]]);
}

async function statFile(file: string): Promise<{ size: number }> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new LetheError('import-file-missing', 'the file to import cannot be opened', { cause });
  });
  if (found.isDirectory()) throw new LetheError('import-file-missing', 'what to import is a directory');
  return found;
}

/** The key that the first start wrote. Throws `operator-key-missing`. */
export async function readOperatorKey(dataDir: string): Promise<string> {
  try {
    return (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();
  } catch (cause) {
    throw new LetheError('operator-key-missing', 'no operator key in the data directory: pass --key', {
      cause,
    });
  }
}

import { detectFormat, type Format } from './format.ts';
import { postBatch, type Batch, type Receipt, type Target } from './post.ts';
import { hashFile, readRecords, type ImportRecord, type PromptOptions } from './records.ts';
import { readText } from './text.ts';

export interface ImportOptions extends Target, PromptOptions {
  readonly file: string;
  readonly format: Format | 'auto';
  /** Requests under way at once. Undefined: 4 for prompts, 1 for CloudEvents, whose order matters. */
  readonly concurrency: number | undefined;
}

export interface ImportSummary {
  readonly format: Format;
  readonly accepted: number;
  readonly duplicates: number;
  readonly retries: number;
  /** Newest log position of the events; what `Lethe-Min-Position` takes. */
  readonly position: number;
  readonly milliseconds: number;
}

/** Called as the file is read and as batches are acknowledged. */
export type OnProgress = (bytesRead: number, acknowledged: number) => void;

const BATCH_EVENTS = 1_000;
const BATCH_BYTES = 16 * 1024 * 1024;

/**
 * Streams a file into the service. Importing the same file again, or after an interruption, stores only what is
 * missing. Throws `import-unreadable`, `import-column-unknown`, `import-refused` or `import-unreachable`; what was
 * acknowledged until then stays.
 */
export async function importFile(
  options: ImportOptions,
  onProgress: OnProgress = () => undefined,
): Promise<ImportSummary> {
  const started = performance.now();
  const format = options.format === 'auto' ? await detectFormat(options.file) : options.format;
  const fileHash = format === 'cloudevents' ? '' : await hashFile(options.file);
  let bytes = 0;
  let tally = { accepted: 0, duplicates: 0, retries: 0, position: 0 };
  const text = readText(options.file, count => (bytes += count));
  const batches = gather(readRecords(text, format, fileHash, options));
  await eachConcurrently(batches, options.concurrency ?? (format === 'cloudevents' ? 1 : 4), async batch => {
    const receipt = await postBatch(options, batch, () => tally.retries++);
    tally = add(tally, receipt);
    onProgress(bytes, tally.accepted + tally.duplicates);
  });
  return { format, ...tally, milliseconds: performance.now() - started };
}

type Tally = Pick<ImportSummary, 'accepted' | 'duplicates' | 'retries' | 'position'>;

const add = (tally: Tally, { accepted, duplicates, position }: Receipt): Tally => ({
  accepted: tally.accepted + accepted,
  duplicates: tally.duplicates + duplicates,
  retries: tally.retries,
  position: Math.max(tally.position, position),
});

/** Batches bounded in events and in size; the events of one line stay together. */
async function* gather(records: AsyncIterable<ImportRecord>): AsyncGenerator<Batch> {
  let events: string[] = [];
  let lines: number[] = [];
  let bytes = 0;
  for await (const record of records) {
    const size = record.events.reduce((sum, event) => sum + Buffer.byteLength(event) + 1, 0);
    if (
      events.length > 0 &&
      (events.length + record.events.length > BATCH_EVENTS || bytes + size > BATCH_BYTES)
    ) {
      yield { events, lines };
      [events, lines, bytes] = [[], [], 0];
    }
    events.push(...record.events);
    lines.push(...record.events.map(() => record.line));
    bytes += size;
  }
  if (events.length > 0) yield { events, lines };
}

/** Works on `width` items at a time; after a failure nothing new starts, and what is under way is waited for. */
async function eachConcurrently<T>(
  items: AsyncGenerator<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failed = false;
  const worker = async (): Promise<void> => {
    try {
      for (let next = await items.next(); !next.done && !failed; next = await items.next())
        await work(next.value);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: width }, worker));
  await items.return(undefined);
  const failure = outcomes.find(outcome => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

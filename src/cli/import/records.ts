import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { lettersOfBytes } from '../letters.ts';
import { type Modality } from '../simulate/grammar.ts';
import type { Format } from './format.ts';
import {
  readDelimited,
  readJsonLines,
  readPlainLines,
  type Columns,
  type Prompt,
  type PromptReader,
} from './prompts.ts';
import { splitLines } from './text.ts';

/** The NDJSON lines that one line of the file comes to. */
export interface ImportRecord {
  readonly line: number;
  readonly events: readonly string[];
}

export interface PromptOptions {
  readonly columns: Columns;
  readonly modality: Modality;
  readonly model: string;
  /** When the prompts were made. Undefined: as they arrive, by the service's clock. */
  readonly time: Date | undefined;
  /** Users that the prompts are shared out among where no column names them. */
  readonly subjects: number;
}

const READERS: Readonly<Record<Exclude<Format, 'cloudevents'>, PromptReader>> = {
  tsv: readDelimited('\t'),
  csv: readDelimited(','),
  jsonl: readJsonLines,
  lines: readPlainLines,
};

/** CloudEvents go as they are; a prompt becomes a generation, requested and completed. */
export async function* readRecords(
  chunks: AsyncIterable<string>,
  format: Format,
  fileHash: string,
  options: PromptOptions,
): AsyncGenerator<ImportRecord> {
  if (format === 'cloudevents') {
    for await (const { line, text } of splitLines(chunks)) yield { line, events: [text] };
    return;
  }
  for await (const prompt of READERS[format](chunks, options.columns)) {
    yield { line: prompt.line, events: generationOf(prompt, fileHash, options) };
  }
}

/** Ids follow from the file's hash and the line alone, so that the same file again is all duplicates. */
function generationOf(prompt: Prompt, fileHash: string, options: PromptOptions): string[] {
  const asset = `import-${fileHash}-${prompt.line}`;
  const subject = prompt.subject ?? `imported-${(prompt.line % options.subjects) + 1}`;
  const { modality, model, time } = options;
  const event = (step: string, content: Readonly<Record<string, string>>): string =>
    JSON.stringify({
      specversion: '1.0',
      id: `${asset}-${step}`,
      source: `urn:lethe:import:${fileHash}`,
      type: `generation.${step}`,
      subject: asset,
      ...(time === undefined ? {} : { time: time.toISOString() }),
      data: { subject, model, modality, ...content },
    });
  const output = prompt.output === undefined ? {} : { output: prompt.output };
  return [event('requested', { prompt: prompt.prompt }), event('completed', output)];
}

/** SHA-256 of a file, its first 64 bits in letters: `lettersOf` says why. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return lettersOfBytes(hash.digest().subarray(0, 8));
}

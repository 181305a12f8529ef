import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { LetheError } from '../../domain/errors.ts';
import { splitLines, unreadable, withoutCarriageReturns } from './text.ts';

/** One prompt of a file. */
export interface Prompt {
  /** The line that it ends on, from 1 on. */
  readonly line: number;
  readonly prompt: string;
  readonly output?: string;
  readonly subject?: string;
}

export interface Columns {
  /** Default: the first known name; without one, the first column of a file that has no header. */
  readonly prompt?: string | undefined;
  readonly subject?: string | undefined;
}

export type PromptReader = (chunks: AsyncIterable<string>, columns: Columns) => AsyncGenerator<Prompt>;

const PROMPT_NAMES = ['prompt', 'text', 'input', 'caption', 'question', 'instruction', 'content'];
const OUTPUT_NAMES = ['output', 'completion', 'answer', 'response'];

/** Every line that is not blank is a prompt. */
export const readPlainLines: PromptReader = async function* (chunks) {
  for await (const { line, text } of splitLines(chunks)) yield { line, prompt: text };
};

/** A JSON string a line, or an object with a prompt field. */
export const readJsonLines: PromptReader = async function* (chunks, columns) {
  for await (const { line, text } of splitLines(chunks)) yield { line, ...fromJson(line, text, columns) };
};

function fromJson(line: number, text: string, columns: Columns): Omit<Prompt, 'line'> {
  const value = parseJson(line, text);
  if (typeof value === 'string') return { prompt: value };
  if (typeof value !== 'object' || value === null) throw unreadable(line, 'neither a string nor an object');
  const fields = new Map(Object.entries(value).filter(isText));
  const names = [...fields.keys()];
  const prompt = fields.get(columns.prompt ?? firstOf(PROMPT_NAMES, names) ?? '');
  if (prompt === undefined)
    throw unreadable(line, 'no text field holds a prompt; name it with --prompt-column');
  const output = fields.get(firstOf(OUTPUT_NAMES, names) ?? '');
  const subject = columns.subject === undefined ? undefined : fields.get(columns.subject);
  return {
    prompt,
    ...(output === undefined ? {} : { output }),
    ...(subject === undefined ? {} : { subject }),
  };
}

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';

function parseJson(line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(line, 'not JSON');
  }
}

/** Cells between `delimiter`; a first row that names a known column is the header. */
export const readDelimited = (delimiter: ',' | '\t'): PromptReader =>
  async function* (chunks, columns) {
    let places: Places | undefined;
    for await (const { record, info } of parseCells(chunks, delimiter)) {
      if (places === undefined) {
        const header = placesIn(record, columns);
        places = header ?? { prompt: 0 };
        if (header !== undefined) continue;
      }
      const prompt = record[places.prompt] ?? '';
      if (prompt.trim() !== '') yield { line: info.lines, prompt, ...extras(record, places) };
    }
  };

interface Places {
  readonly prompt: number;
  readonly output?: number;
  readonly subject?: number;
}

/** Where the columns stand; undefined when the row is no header. */
function placesIn(row: readonly string[], columns: Columns): Places | undefined {
  const names = row.map(name => name.trim());
  const prompt = columns.prompt ?? firstOf(PROMPT_NAMES, names);
  if (prompt === undefined && columns.subject === undefined) return undefined;
  const output = firstOf(OUTPUT_NAMES, names);
  return {
    prompt: prompt === undefined ? 0 : placeOf(names, prompt),
    ...(output === undefined ? {} : { output: names.indexOf(output) }),
    ...(columns.subject === undefined ? {} : { subject: placeOf(names, columns.subject) }),
  };
}

function placeOf(names: readonly string[], name: string): number {
  const place = names.indexOf(name);
  if (place < 0) throw new LetheError('import-column-unknown', `the first row names no column ${name}`);
  return place;
}

function extras(record: readonly string[], places: Places): Omit<Prompt, 'line' | 'prompt'> {
  const output = places.output === undefined ? undefined : record[places.output];
  const subject = places.subject === undefined ? undefined : record[places.subject];
  return {
    ...(output === undefined || output === '' ? {} : { output }),
    ...(subject === undefined || subject === '' ? {} : { subject }),
  };
}

const firstOf = (wanted: readonly string[], names: readonly string[]): string | undefined =>
  wanted.map(want => names.find(name => name.toLowerCase() === want)).find(name => name !== undefined);

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Quotes inside a cell that is not quoted are taken as they stand: prompts are full of them. */
const CELLS = {
  info: true,
  record_delimiter: '\n',
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
} as const;

async function* parseCells(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<Row> {
  const source = Readable.from(withoutCarriageReturns(chunks));
  const parser = parse({ ...CELLS, delimiter });
  source.on('error', error => parser.destroy(error));
  try {
    yield* source.pipe(parser) as AsyncIterable<Row>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error['lines'];
    throw unreadable(typeof line === 'number' ? line : 0, 'a quoted cell does not end', error);
  } finally {
    source.destroy();
  }
}

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/cli/import/format.ts';
import {
  readDelimited,
  readJsonLines,
  readPlainLines,
  type Columns,
  type Prompt,
  type PromptReader,
} from '../../../src/cli/import/prompts.ts';
import { readText, splitLines } from '../../../src/cli/import/text.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-import-'));
});
afterEach(async () => rm(dir, { recursive: true }));

async function fileOf(content: string | Buffer, name = 'file'): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function read(
  reader: PromptReader,
  content: string | Buffer,
  columns: Columns = {},
): Promise<Prompt[]> {
  const path = await fileOf(content);
  return collect(
    reader(
      readText(path, () => undefined),
      columns,
    ),
  );
}

const readTsv = readDelimited('\t');
const readCsv = readDelimited(',');

describe('plain lines', () => {
  it('are prompts, numbered as an editor numbers them, blank ones left out', async () => {
    expect(await read(readPlainLines, 'one\n\n  \ntwo')).toEqual([
      { line: 1, prompt: 'one' },
      { line: 4, prompt: 'two' },
    ]);
  });

  it('lose a byte order mark and carriage returns', async () => {
    expect(await read(readPlainLines, '\uFEFFone\r\ntwo\r\n')).toEqual([
      { line: 1, prompt: 'one' },
      { line: 2, prompt: 'two' },
    ]);
  });

  it('keep separators that Unicode knows and files do not', async () => {
    expect(await read(readPlainLines, 'one\u2028still one\u0085\n')).toEqual([
      { line: 1, prompt: 'one\u2028still one\u0085' },
    ]);
  });

  it('are refused where they are not UTF-8', async () => {
    const latin = Buffer.from('caf\xe9\n', 'latin1');
    await expect(read(readPlainLines, latin)).rejects.toMatchObject({ code: 'import-unreadable' });
  });

  it('are the same however the text is cut into chunks', async () => {
    const text = 'first\r\nsecond — ü\n\nfourth';
    const whole = await collect(splitLines(Readable.from([text])));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length)), async cuts => {
        const ends = [...new Set([...cuts, text.length])].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        expect(await collect(splitLines(Readable.from(chunks)))).toEqual(whole);
      }),
    );
  });
});

describe('tab-separated prompts', () => {
  it('are found under their header, whatever stands beside them', async () => {
    const text = 'Category\tPrompt\tNote\nAnimals\ta heron\tshort\n\nPlaces\ta pier\t\n';
    expect(await read(readTsv, text)).toEqual([
      { line: 2, prompt: 'a heron' },
      { line: 4, prompt: 'a pier' },
    ]);
  });

  it('keep quotes that stand inside a cell or do not close', async () => {
    const text = 'Prompt\tNote\nthe word "WET" in paint\tx\n"FISH" on a sign\ty\n5" nails\tz\n';
    expect((await read(readTsv, text)).map(({ prompt }) => prompt)).toEqual([
      'the word "WET" in paint',
      '"FISH" on a sign',
      '5" nails',
    ]);
  });

  it('are the first column of a file without a header', async () => {
    expect((await read(readTsv, 'a heron\tAnimals\na pier\tPlaces\n')).map(({ prompt }) => prompt)).toEqual([
      'a heron',
      'a pier',
    ]);
  });

  it('may have rows that are too short, too long or empty', async () => {
    const text = 'Category\tPrompt\r\nonly one cell\r\nAnimals\ta heron\textra\r\n\t\r\n';
    expect(await read(readTsv, text)).toEqual([{ line: 3, prompt: 'a heron' }]);
  });
});

describe('comma-separated prompts', () => {
  it('may hold commas, doubled quotes and line breaks in quoted cells', async () => {
    const text = 'prompt,answer\r\n"a fox, ""waiting""\r\nby a gate",done\r\nnext,\r\n';
    expect(await read(readCsv, text)).toEqual([
      { line: 3, prompt: 'a fox, "waiting"\nby a gate', output: 'done' },
      { line: 4, prompt: 'next' },
    ]);
  });

  it('name their user where a column does', async () => {
    const text = 'who,text\nuser-1,a fox\n,a hen\n';
    expect(await read(readCsv, text, { subject: 'who' })).toEqual([
      { line: 2, prompt: 'a fox', subject: 'user-1' },
      { line: 3, prompt: 'a hen' },
    ]);
  });

  it('are refused when the column asked for is not there', async () => {
    await expect(read(readCsv, 'who,text\nuser-1,a fox\n', { prompt: 'caption' })).rejects.toMatchObject({
      code: 'import-column-unknown',
    });
  });

  it('are refused when a quoted cell never ends, not cut short', async () => {
    await expect(read(readCsv, 'prompt\n"a fox\nand so on\n')).rejects.toMatchObject({
      code: 'import-unreadable',
    });
  });
});

describe('JSON lines', () => {
  it('are strings, or objects with a field that holds the prompt', async () => {
    const text = '"a fox"\n{"prompt":"a hen","output":"clucks","n":1}\n\n{"caption":"a pier","user":"u-1"}\n';
    expect(await read(readJsonLines, text, { subject: 'user' })).toEqual([
      { line: 1, prompt: 'a fox' },
      { line: 2, prompt: 'a hen', output: 'clucks' },
      { line: 4, prompt: 'a pier', subject: 'u-1' },
    ]);
  });

  it.each([
    ['not JSON', '{"prompt":"a"}\n{"prompt":'],
    ['no prompt', '{"prompt":"a"}\n{"other":1}'],
    ['a number', '{"prompt":"a"}\n7'],
  ])('are refused by line number: %s', async (_, text) => {
    await expect(read(readJsonLines, text)).rejects.toMatchObject({
      code: 'import-unreadable',
      faults: [{ line: 2 }],
    });
  });
});

describe('the format of a file', () => {
  it.each([
    ['prompts.tsv', 'a\tb', 'tsv'],
    ['prompts.CSV', 'a,b', 'csv'],
    ['prompts.txt', 'a\tb', 'lines'],
    ['prompts', 'a\tb', 'tsv'],
    ['prompts', 'a, b and c', 'lines'],
    ['prompts.jsonl', '\uFEFF{"prompt":"a"}', 'jsonl'],
    ['prompts.jsonl', '"a"', 'jsonl'],
    ['events.ndjson', '\n{"specversion" : "1.0"}', 'cloudevents'],
    ['empty', '', 'lines'],
  ])('%s holding %j is read as %s', async (name, content, format) => {
    expect(await detectFormat(await fileOf(content, name))).toBe(format);
  });
});

const PARTI = '../shared/data/prompts/parti-prompts.tsv';
if (!existsSync(PARTI)) console.warn(`skipped: ${PARTI} is absent`);

describe.skipIf(!existsSync(PARTI))('a published data set', () => {
  it('is read whole: every row a prompt on its own line', async () => {
    const prompts = await collect(
      readTsv(
        readText(PARTI, () => undefined),
        {},
      ),
    );
    expect(prompts.length).toBe(1_632);
    expect(prompts.map(({ line }) => line)).toEqual(prompts.map((_, index) => index + 2));
  });
});

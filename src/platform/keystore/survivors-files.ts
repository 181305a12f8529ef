import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Survivor, SurvivorsFiles, SurvivorsHead } from '../../domain/ports/epoch-store.ts';
import { diskFiles } from './durable-files.ts';
import {
  damaged,
  footLine,
  headLine,
  parseFoot,
  parseHead,
  parseSurvivor,
  survivorLine,
} from './survivors-format.ts';

const NAME = /^(?<tenant>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?<epoch>\d{1,9})$/;
const DRAFT = '.draft-';
const PAGE = 2_000;

interface Found {
  readonly tenant: string;
  readonly epoch: number;
}

/** Survivors in a folder: `<tenant>.<epoch>`, JSON lines, wraps only, mode 0600. */
export async function openSurvivorsFiles(directory: string): Promise<SurvivorsFiles> {
  const dir = resolve(directory);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // The folder's name and its parent's have to outlive a crash as well as what is in it.
  for (const parent of [dirname(dir), dirname(dirname(dir))]) await diskFiles.syncDirectory(parent);

  const all = async (): Promise<Found[]> =>
    (await readdir(dir)).flatMap(name => {
      const { tenant, epoch } = NAME.exec(name)?.groups ?? {};
      return tenant === undefined ? [] : [{ tenant, epoch: Number(epoch) }];
    });

  const removeWhere = async (isLeft: (found: Found) => boolean): Promise<void> => {
    for (const { tenant, epoch } of (await all()).filter(isLeft))
      await rm(join(dir, `${tenant}.${epoch}`), { force: true });
    await diskFiles.syncDirectory(dir);
  };

  /** What a crash left: whoever writes a tenant's file is alone at it, while others open the folder. */
  const removeDrafts = async (tenant: string): Promise<void> => {
    const names = await readdir(dir);
    for (const name of names.filter(one => one.startsWith(DRAFT + tenant)))
      await rm(join(dir, name), { force: true });
  };

  return {
    remove: async tenant => {
      await removeDrafts(tenant);
      await removeWhere(found => found.tenant === tenant);
    },
    write: async (head, pages) => {
      await removeDrafts(head.tenant);
      const draft = join(dir, `${DRAFT}${head.tenant}.${randomUUID()}`);
      const keys = await writeDraft(draft, head, pages);
      await rename(draft, join(dir, `${head.tenant}.${head.epoch}`));
      await diskFiles.syncDirectory(dir);
      await removeWhere(({ tenant, epoch }) => tenant === head.tenant && epoch < head.epoch);
      return keys;
    },
    list: async () => {
      const newest = new Map<string, Found>();
      for (const found of await all()) {
        if (found.epoch > (newest.get(found.tenant)?.epoch ?? 0)) newest.set(found.tenant, found);
      }
      return [...newest.values()];
    },
    read: async (tenant, epoch) => {
      const path = join(dir, `${tenant}.${epoch}`);
      const head = await check(path);
      if (head.tenant !== tenant || head.epoch !== epoch) throw damaged();
      return { head, pages: pagesOf(path) };
    },
  };
}

async function writeDraft(
  path: string,
  head: SurvivorsHead,
  pages: AsyncIterable<readonly Survivor[]>,
): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  const digest = createHash('sha256');
  const add = async (text: string): Promise<void> => {
    digest.update(text);
    await file.writeFile(text);
  };
  let keys = 0;
  try {
    await add(headLine(head));
    for await (const page of pages) {
      await add(page.map(survivorLine).join(''));
      keys += page.length;
    }
    await file.writeFile(footLine({ keys, sha256: digest.digest('hex') }));
    await file.sync();
    return keys;
  } finally {
    await file.close();
  }
}

/** Reads the file to its end before a line of it is used: hash, count, and nothing behind the last line. */
async function check(path: string): Promise<SurvivorsHead> {
  const digest = createHash('sha256');
  let head: SurvivorsHead | undefined;
  let last: string | undefined;
  let lines = 0;
  for await (const line of linesOf(path)) {
    if (last !== undefined) digest.update(`${last}\n`);
    head ??= parseHead(line);
    last = line;
    lines++;
  }
  if (head === undefined || last === undefined || lines < 2) throw damaged();
  const { keys, sha256 } = parseFoot(last);
  if (keys !== lines - 2 || sha256 !== digest.digest('hex')) throw damaged();
  return head;
}

async function* pagesOf(path: string): AsyncGenerator<readonly Survivor[]> {
  let page: Survivor[] = [];
  let waiting: string | undefined;
  let isHead = true;
  for await (const line of linesOf(path)) {
    // One line behind, so that the last one, which is no key, is never read as one.
    if (waiting !== undefined && !isHead) page.push(parseSurvivor(waiting));
    if (waiting !== undefined) isHead = false;
    waiting = line;
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    yield* file.readLines();
  } finally {
    await file?.close();
  }
}

import { access, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composePrompt } from '../simulate/grammar.ts';
import { createRandom } from '../simulate/random.ts';

const SHARED = '../shared/data/prompts';
const SHARED_FILES = ['parti-prompts.tsv', 'vbench-prompts.txt'];
const SIMULATED = 2_000;

export interface PromptSource {
  readonly files: readonly string[];
  readonly origin: string;
}

/** Published prompts where they lie beside the project, otherwise prompts of our own making. */
export async function findPrompts(): Promise<PromptSource> {
  const files = SHARED_FILES.map(name => join(SHARED, name));
  const found = await Promise.all(
    files.map(file =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (found.every(Boolean)) return { files, origin: 'published prompts' };
  const folder = await mkdtemp(join(tmpdir(), 'lethe-prompts-'));
  const file = join(folder, 'prompts.txt');
  const random = createRandom(1);
  const prompts = Array.from({ length: SIMULATED }, () =>
    composePrompt(random, 'image').replaceAll('\n', ' '),
  );
  await writeFile(file, `${prompts.join('\n')}\n`);
  return { files: [file], origin: 'simulated prompts' };
}

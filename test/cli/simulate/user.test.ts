import { describe, expect, it } from 'vitest';
import { createUser, forget, remember, revisitable, type Asset } from '../../../src/cli/simulate/user.ts';

const DAY = 86_400_000;
const asset = (id: string, ancestors: string[] = [], createdAt = 0): Asset => ({
  id,
  ancestors,
  createdAt,
  modality: 'image',
});

describe('a simulated user', () => {
  it('is the same whenever it is made again', () => {
    expect(createUser('run', 7)).toEqual(createUser('run', 7));
    expect(createUser('run', 7)).not.toEqual(createUser('run', 8));
  });

  it('remembers a bounded number of assets, the newest', () => {
    const user = createUser('run', 0);
    for (let made = 0; made < 100; made++) remember(user, asset(`asset-${made}`));
    expect(user.assets.length).toBeLessThan(20);
    expect(user.assets.at(-1)?.id).toBe('asset-99');
  });

  it('never comes back to an asset that any pack could have erased on schedule', () => {
    const user = createUser('run', 0);
    remember(user, asset('old', [], 0));
    remember(user, asset('new', [], 25 * DAY));
    expect(revisitable(user, 30 * DAY).map(({ id }) => id)).toEqual(['new']);
  });

  it('lets go of what was made from a deleted asset, and cancels what is being made from it', () => {
    const user = createUser('run', 0);
    const source = asset('source');
    [source, asset('made', ['source']), asset('other')].forEach(each => remember(user, each));
    const draft = { ...asset('draft', ['made', 'source']), cancelled: false };
    user.drafts.push(draft);
    forget(user, source);
    expect(user.assets.map(({ id }) => id)).toEqual(['other']);
    expect(draft.cancelled).toBe(true);
  });
});

import type { Command } from 'commander';
import type { Logger } from 'pino';
import { LetheError } from '../domain/errors.ts';
import { ABUSE_ENTITIES } from '../projections/abuse-entities/view.ts';
import { rebuildView } from '../projections/runner/rebuild.ts';
import { entityView } from './compose-entities.ts';
import type { Stores } from './stores.ts';
import { startProgress } from './terminal/progress.ts';
import { VIEWS } from './views.ts';
import { withStores } from './with-stores.ts';

const NAMES = [...VIEWS.map(({ name }) => name), ABUSE_ENTITIES];

export function registerRebuild(program: Command): void {
  program
    .command('rebuild')
    .argument('[view]', `one of ${NAMES.join(', ')}; all when absent`)
    .description('rebuild views from the log, beside the live ones, and swap them in')
    .action(async (view: string | undefined) => {
      if (view !== undefined && !NAMES.includes(view))
        throw new LetheError('view-unknown', `there is no view ${view}`);
      await withStores((stores, logger) => rebuild(stores, logger, view));
    });
}

async function rebuild(stores: Stores, logger: Logger, name: string | undefined): Promise<void> {
  const { log, writer } = stores;
  for (const view of [...VIEWS, entityView(stores, logger)]) {
    if (name !== undefined && view.name !== name) continue;
    const progress = startProgress({ label: view.name, total: await log.head() });
    const onProgress = ({ position }: { readonly position: number }): void =>
      progress.update(position, `${position} events`);
    await rebuildView({ log, writer, view, batchSize: 4_000, onProgress });
    progress.stop();
  }
}

import type { Pool } from 'pg';
import { storeCheckpoint, type CheckpointAnswer } from './checkpoint.ts';
import { inTransaction } from './transaction.ts';
import type { RecordedEvent, Target } from './view.ts';

/** A crash of the server may lose the newest batches whole, checkpoint included: the log has them all, so waiting for
 * the disk would buy nothing. */
const BEGIN = 'begin; set local synchronous_commit = off';

/**
 * Applies a batch and moves the checkpoint from `previous` to the batch's last position, both or neither.
 * Any answer but `stored` means that no row was touched.
 */
export const commitBatch = (
  writer: Pool,
  target: Target,
  events: readonly RecordedEvent[],
  previous: number,
): Promise<CheckpointAnswer> =>
  inTransaction(
    writer,
    async client => {
      const answer = await storeCheckpoint(client, {
        view: target.checkpoint,
        version: target.view.version,
        previous,
        position: events.at(-1)?.position ?? previous,
      });
      if (answer.status === 'stored') await target.view.apply(events, client, target.schema);
      return answer;
    },
    BEGIN,
  );

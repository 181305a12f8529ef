import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';
import { consistencyNodes } from '../../domain/merkle/nodes.ts';
import type { Witness } from '../../domain/ports/notary.ts';
import { checkpointText, type Checkpoint } from '../../domain/tlog/checkpoint.ts';
import { openNote } from '../../domain/tlog/note.ts';
import type { TreeReader } from './tree-reader.ts';

/** A witness that another log process kept up to date says so once; more is a witness that does not settle. */
const ATTEMPTS = 3;
const REMEMBERED = 100_000;

/** Asks for cosignatures of a signed checkpoint. */
export interface Cosigner {
  /**
   * The note with the cosignatures of at least `quorum` witnesses, each verified. Throws `witness-quorum-missing`, with
   * every witness's own failure as cause.
   */
  cosign(tenant: string, checkpoint: Checkpoint, note: string): Promise<string>;
}

export function createCosigner(deps: {
  readonly witnesses: readonly Witness[];
  readonly quorum: number;
  readonly reader: Pick<TreeReader, 'groups'>;
}): Cosigner {
  const { witnesses, quorum, reader } = deps;
  // What a witness cosigned last; where it is forgotten, the witness says.
  const sizes = new LRUCache<string, number>({ max: REMEMBERED });

  const ask = async (
    witness: Witness,
    tenant: string,
    checkpoint: Checkpoint,
    note: string,
  ): Promise<string> => {
    const known = `${witness.key.name} ${tenant}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const old = sizes.get(known) ?? 0;
      const proof = await reader.groups(tenant, consistencyNodes(old, checkpoint.size));
      const answer = await witness.addCheckpoint({ old, proof, checkpoint, note });
      if (answer.status === 'cosigned') {
        const line = verifiedLine(witness, checkpoint, answer.lines);
        sizes.set(known, checkpoint.size);
        return line;
      }
      if (answer.size > checkpoint.size)
        throw refused(witness, `has cosigned ${answer.size} leaves, more than the log now shows`);
      sizes.set(known, answer.size);
    }
    throw refused(witness, 'names another size at every attempt');
  };

  return {
    cosign: async (tenant, checkpoint, note) => {
      if (quorum === 0) return note;
      const asked = witnesses.map(witness => ask(witness, tenant, checkpoint, note));
      const lines = await firstOf(quorum, asked);
      return note + lines.join('');
    },
  };
}

/** The signature line that verifies. The answer of a witness is not believed before that (C2SP tlog-witness). */
function verifiedLine(witness: Witness, checkpoint: Checkpoint, lines: readonly string[]): string {
  const text = checkpointText(checkpoint);
  const line = lines.find(candidate => {
    try {
      return openNote(`${text}\n${candidate}\n`, [witness.key]).signatures.length === 1;
    } catch (error) {
      if (error instanceof LetheError) return false;
      throw error;
    }
  });
  if (line === undefined) throw refused(witness, 'answered without a valid cosignature');
  return `${line}\n`;
}

/** The first `wanted` results; rejects once too many have failed, so that a slow witness holds nobody up. */
function firstOf(wanted: number, asked: readonly Promise<string>[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const failures: unknown[] = [];
    const settle = (): void => {
      if (lines.length === wanted) resolve([...lines]);
      if (failures.length === asked.length - wanted + 1) reject(quorumMissing(wanted, failures));
    };
    for (const one of asked) {
      one
        .then(
          line => lines.push(line),
          (error: unknown) => failures.push(error),
        )
        .finally(settle);
    }
  });
}

const refused = ({ key }: Witness, message: string): LetheError =>
  new LetheError('witness-unavailable', `witness ${key.name} ${message}`);

const quorumMissing = (wanted: number, failures: readonly unknown[]): LetheError =>
  new LetheError('witness-quorum-missing', `fewer than ${wanted} witnesses cosigned`, {
    cause: new AggregateError(failures),
  });

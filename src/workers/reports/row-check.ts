import type { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';

/** Holds rows against their schema as whoever reads the file would, and counts them (promise 30). */
export interface RowCheck {
  readonly rows: number;
  /** Throws `report-row-invalid`; the message names no value of the row. */
  check(schema: z.ZodObject, row: object): void;
}

export function createRowCheck(): RowCheck {
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    check: (schema, row) => {
      // Dates become text on the way into the file: it is the text that the schema speaks of.
      const { error } = schema.safeParse(JSON.parse(JSON.stringify(row)));
      if (error !== undefined) {
        const fields = new Set(error.issues.map(({ path }) => String(path[0])));
        throw new LetheError('report-row-invalid', `fields do not fit the schema: ${[...fields].join(', ')}`);
      }
      rows++;
    },
  };
}

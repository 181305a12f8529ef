import type { Db } from '../runner/view.ts';

export interface UsageTotal {
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly type: string;
  /** Empty where the events name none. */
  readonly model: string;
  readonly modality: string;
  readonly events: number;
  readonly bytes: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
}

export interface UsagePeriod {
  /** First and last day, UTC, both included. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** A tenant's totals a day, type, model and modality, oldest day first. */
export async function usageByDay(
  db: Db,
  tenant: string,
  { from, to }: UsagePeriod = {},
): Promise<UsageTotal[]> {
  const { rows } = await db.query<UsageTotal>(
    `select to_char(day, 'YYYY-MM-DD') as day, type, model, modality, events, bytes,
            input_tokens as "inputTokens", output_tokens as "outputTokens", duration_ms as "durationMs"
     from view_usage.days
     where tenant = $1 and day >= coalesce($2::date, '-infinity') and day <= coalesce($3::date, 'infinity')
     order by view_usage.days.day, type, model, modality`,
    [tenant, dayOf(from), dayOf(to)],
  );
  return rows;
}

const dayOf = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);

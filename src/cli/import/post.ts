import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LetheError, type Fault } from '../../domain/errors.ts';

/** NDJSON lines and the line of the file that each comes from. */
export interface Batch {
  readonly events: readonly string[];
  readonly lines: readonly number[];
}

export interface Target {
  /** Address of the service, without a path. */
  readonly url: string;
  readonly tenant: string;
  readonly key: string;
}

const receipt = z.object({ accepted: z.number(), duplicates: z.number(), position: z.number() });
export type Receipt = z.infer<typeof receipt>;

const problem = z.object({
  code: z.string(),
  detail: z.string().default(''),
  errors: z
    .array(
      z.object({
        index: z.number().optional(),
        line: z.number().optional(),
        field: z.string().optional(),
        code: z.string(),
        message: z.string(),
      }),
    )
    .default([]),
});

const ATTEMPTS = 10;
const TIMEOUT_MS = 60_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Faults that the message repeats; all of them are in `faults`. */
const NAMED = 10;

/**
 * Sends one batch. What may pass (429, 503, a lost connection) is tried again with the same ids, so nothing is stored
 * twice. Throws `import-refused`, whose faults name lines of the file, or `import-unreachable`.
 */
export async function postBatch(
  target: Target,
  batch: Batch,
  onRetry: (waitMs: number) => void,
): Promise<Receipt> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(target, batch);
    if ('accepted' in outcome) return outcome;
    if (attempt === ATTEMPTS) {
      throw new LetheError('import-unreachable', `gave up after ${ATTEMPTS} attempts: ${outcome.reason}`, {
        cause: outcome.cause,
      });
    }
    const waitMs = outcome.waitMs ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    onRetry(waitMs);
    await delay(waitMs);
  }
}

interface Retry {
  readonly reason: string;
  readonly waitMs?: number;
  readonly cause?: unknown;
}

async function tryOnce({ url, tenant, key }: Target, batch: Batch): Promise<Receipt | Retry> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(new URL(`/v1/tenants/${encodeURIComponent(tenant)}/events`, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: batch.events.join('\n'),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await response.text();
  } catch (cause) {
    return { reason: 'no answer from the service', cause };
  }
  if (response.ok) return receipt.parse(JSON.parse(body));
  if (RETRIED.has(response.status)) {
    return {
      reason: `the service answers ${response.status}`,
      ...waitOf(response.headers.get('retry-after')),
    };
  }
  throw refusal(response.status, body, batch);
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function waitOf(header: string | null): { waitMs?: number } {
  if (header === null) return {};
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? { waitMs: Math.min(60_000, Math.max(0, waitMs)) } : {};
}

function refusal(status: number, body: string, batch: Batch): LetheError {
  const parsed = problem.safeParse(tryJson(body));
  if (!parsed.success)
    return new LetheError('import-refused', `the service answers ${status}`, { details: { status } });
  const { code, detail, errors } = parsed.data;
  const faults = errors.map((fault): Fault => {
    const line = batch.lines[fault.index ?? (fault.line ?? 0) - 1];
    const { field, message } = fault;
    return {
      code: fault.code,
      message,
      ...(line === undefined ? {} : { line }),
      ...(field === undefined ? {} : { field }),
    };
  });
  const named = faults.slice(0, NAMED).map(({ line, field, ...fault }) => {
    return `line ${line ?? '?'}: ${fault.code}${field === undefined ? '' : ` (${field})`}: ${fault.message}`;
  });
  const more = faults.length > NAMED ? [`and ${faults.length - NAMED} more`] : [];
  const message = [`${code}: ${detail}`, ...named, ...more].join('\n  ');
  return new LetheError('import-refused', message, { faults, details: { status, code } });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

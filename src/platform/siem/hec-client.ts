import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import type { HecSinkOptions } from './hec-sink.ts';

const answer = z.looseObject({
  code: z.int().optional(),
  ackId: z.int().nonnegative().optional(),
  acks: z.record(z.string(), z.boolean()).optional(),
});
export type HecAnswer = z.infer<typeof answer>;

export interface HecClient {
  /**
   * Rejects with `siem-unavailable` where trying again helps (no answer, 429, 5xx), with `siem-refused` where somebody has
   * to change something first, and when the signal aborts. Neither repeats what was sent or what the collector says.
   */
  post(path: string, body: string, signal: AbortSignal): Promise<HecAnswer>;
}

/** Requests to a collector, each limited in time. Connections are kept alive. */
export function createHecClient(
  { url, token, channel }: Pick<HecSinkOptions, 'url' | 'token' | 'channel'>,
  timeoutMs: number,
): HecClient {
  return {
    post: async (path, body, signal) => {
      const response = await reach(new URL(path, url), {
        method: 'POST',
        body,
        headers: {
          authorization: `Splunk ${token.reveal().toString('utf8')}`,
          'content-type': 'application/json',
          'x-splunk-request-channel': channel,
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const said = answer.safeParse(response.json);
      if (response.status === 200 && said.success) return said.data;
      throw refusal(response.status, said.success ? said.data.code : undefined);
    },
  };
}

async function reach(url: URL, init: RequestInit): Promise<{ status: number; json: unknown }> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, json: parsed(await response.text()) };
  } catch (cause) {
    throw new LetheError('siem-unavailable', 'the collector does not answer', { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, code: number | undefined): LetheError {
  const again = status === 200 || status === 429 || status >= 500;
  const said = `status ${status}${code === undefined ? '' : `, code ${code}`}`;
  return again
    ? new LetheError('siem-unavailable', `the collector cannot take events now: ${said}`)
    : new LetheError('siem-refused', `the collector refuses: ${said}`);
}

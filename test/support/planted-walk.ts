import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { needlesOf, type Needle } from './service-search.ts';
import { listed, registerTenant, upload } from './service-tenant.ts';
import type { TestService } from './service.ts';

/** A word that nothing else holds, and all that may not be found of it. */
export interface Planted {
  readonly word: string;
  readonly needles: readonly Needle[];
}

export function plant(): Planted {
  const word = `zwielicht${randomBytes(6).toString('hex')}`;
  return { word, needles: [...needlesOf(word), ...needlesOf('198.51.100.173')] };
}

export const isFoundIn = (text: string, { needles }: Planted): string[] =>
  needles.filter(({ bytes }) => Buffer.from(text).includes(bytes)).map(({ name }) => name);

/** Puts the word wherever a caller can put one: what is taken, and what is refused by each part of the API. */
export async function walkWith({ word }: Planted, service: TestService): Promise<void> {
  const tenant = await registerTenant(service, { minRetention: 'PT0S' });
  const [user, asset] = [`${word}@example.test`, `asset-${word}`];
  const content = `the upload says ${word}`;
  const position = await tenant.report(
    upload(asset, { subject: user, content, fileName: `${word}.png`, ip: '198.51.100.173' }),
  );
  const me = await tenant.user(user);
  expect(await listed(tenant, me, user, '', position)).toEqual([asset]);
  const contentPath = tenant.path(`/assets/${asset}/content`);
  expect((await me.get(contentPath)).status).toBe(200);

  const { ingest } = tenant;
  const events = tenant.path('/events');
  const json = { type: 'application/json' };
  const authorization = `Bearer ${word}`;
  const refused = await Promise.all([
    ingest.send('POST', events, { ...json, body: `{"${word}` }),
    ingest.post(events, [upload(asset, { subject: { name: word }, content: [word] })]),
    ingest.post(events, [{ specversion: word, id: word, source: word, type: word, [word]: word }]),
    ingest.send('POST', events, { type: `text/${word}`, body: word }),
    me.get(`${tenant.path('/audit')}?actor=${word}&${word}=${word}`),
    me.get(`/v1/${word}?${word}=${word}`),
    me.get(tenant.path(`/assets/${word}%ff`)),
    me.get(contentPath, { 'lethe-min-position': word }),
    service.callerWith(undefined).get(contentPath, { authorization, cookie: word, 'user-agent': word }),
    tenant.admin.put(tenant.path('/policy'), { minRetention: word, [word]: word }),
  ]);
  for (const { status } of refused) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
  const asked = await me.post(tenant.path('/deletion-requests'), { subject: user, asset });
  expect(asked.status, asked.text).toBeLessThan(300);
}

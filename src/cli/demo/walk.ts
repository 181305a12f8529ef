import { setTimeout as delay } from 'node:timers/promises';
import { textOf, type Answer, type Call } from './client.ts';

const USER = 'ada@example.com';
const ASSET = 'harbour-at-dusk';
const POLL_MS = 250;

export interface Narrator {
  /** A numbered step. */
  readonly step: (title: string) => void;
  /** What came of it. */
  readonly say: (line: string) => void;
}

/** One asset from upload to certificate, each step as the API answers it. */
export async function walkOneAsset(call: Call, tenant: string, { step, say }: Narrator): Promise<void> {
  const base = `/v1/tenants/${tenant}`;
  const content = `${base}/assets/${ASSET}/content`;

  step('The platform reports an upload');
  const sent = await call('POST', `${base}/events`, { body: uploadOf(USER, ASSET) });
  say(`accepted ${String(sent.body['accepted'])} event at log position ${String(sent.body['position'])}`);

  step('Its user sees it');
  say(shownTo(await call('GET', `${base}/subjects/${USER}/assets`, { after: sent.position })));
  say(`content: ${JSON.stringify((await call('GET', content)).body['contents'])}`);
  say(`why is it here: ${textOf(await call('GET', `${base}/assets/${ASSET}/retention`), 'because')}`);

  step('The user deletes it: hidden at once');
  const deletion = await call('POST', `${base}/deletion-requests`, { body: { subject: USER, asset: ASSET } });
  say(textOf(deletion, 'reason'));
  say(shownTo(await call('GET', `${base}/subjects/${USER}/assets`)));
  const gone = await call('GET', content);
  say(`content: ${gone.status} ${textOf(gone, 'code')}`);
  say(`why is it here: ${textOf(await call('GET', `${base}/assets/${ASSET}/retention`), 'because')}`);

  step(`The window ends at ${textOf(deletion, 'eraseAt')}: the keys are destroyed`);
  const request = `${base}/deletion-requests/${textOf(deletion, 'id')}`;
  const erased = await until(
    () => call('GET', request),
    answer => answer.body['state'] === 'erased',
  );
  const after = await call('GET', content);
  say(`content: ${after.status} ${textOf(after, 'code')}`);
  say(`why is it here: ${textOf(await call('GET', `${base}/assets/${ASSET}/retention`), 'because')}`);

  step('The certificate');
  for (const [field, value] of Object.entries(erased.body['certificate'] as object)) {
    say(`${field.padEnd(17)} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  }
}

const uploadOf = (subject: string, asset: string): object => ({
  specversion: '1.0',
  id: `upload-${asset}`,
  source: 'demo/studio',
  type: 'upload.received',
  subject: asset,
  data: {
    subject,
    content: 'a photograph of the harbour at dusk',
    fileName: 'harbour.jpg',
    mediaType: 'image/jpeg',
    ip: '192.0.2.17',
  },
});

function shownTo({ body }: Answer): string {
  const items = body['items'] as readonly { readonly asset: string }[];
  return `${USER} sees: ${items.length === 0 ? 'nothing' : items.map(({ asset }) => asset).join(', ')}`;
}

async function until(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await delay(POLL_MS);
  }
}

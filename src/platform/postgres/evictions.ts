import { z } from 'zod';
import type { Evictions } from '../../domain/ports/evictions.ts';
import type { Scope } from '../../domain/ports/key-store.ts';
import type { Bulletin } from './bulletin.ts';

const TOPIC = 'evict';
/** A message has at most 7,900 bytes, and the longest scope some 700. */
const SCOPES_A_MESSAGE = 8;

/** A tenant and its scopes: opaque ids. */
const message = z.tuple([z.string()], z.string());

/** `onEvicted` is told what any process has hidden or erased. */
export function createPostgresEvictions(
  bulletin: Pick<Bulletin, 'tell' | 'hear'>,
  onEvicted: (tenant: string, scopes: readonly Scope[]) => void,
): Evictions {
  bulletin.hear(TOPIC, text => {
    const [tenant, ...scopes] = message.parse(JSON.parse(text));
    onEvicted(tenant, scopes);
  });
  return {
    tell: (tenant, scopes) => {
      const messages = Array.from({ length: Math.ceil(scopes.length / SCOPES_A_MESSAGE) }, (_, at) =>
        JSON.stringify([tenant, ...scopes.slice(at * SCOPES_A_MESSAGE, (at + 1) * SCOPES_A_MESSAGE)]),
      );
      bulletin.tell(TOPIC, messages);
    },
  };
}

import { z } from 'zod';
import { networkAddress } from './network-prefix.ts';

/** What accounts can share. `ip24` is the network of an address, whatever its size. */
export const ENTITY_KINDS = ['ip', 'ip24', 'device', 'payment', 'client', 'session'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** A value in clear, on its way to become a token. */
export interface EntityValue {
  readonly kind: EntityKind;
  readonly value: string;
}

/** Bytes of the HMAC that a token keeps: enough that no two values of a tenant ever meet. */
export const TOKEN_BYTES = 16;

/** An entity as others see it: its kind and a keyed token, from which nobody gets the value back. */
export interface Entity {
  readonly kind: EntityKind;
  /** Base64url, 16 bytes. */
  readonly token: string;
}

const REFERENCE = new RegExp(`^(${ENTITY_KINDS.join('|')}):([A-Za-z0-9_-]{21}[AQgw])$`);

export const entityReference = ({ kind, token }: Entity): string => `${kind}:${token}`;

/** Reads a reference back; undefined for anything else. */
export function parseEntityReference(text: string): Entity | undefined {
  const [, kind, token] = REFERENCE.exec(text) ?? [];
  const known = ENTITY_KINDS.find(one => one === kind);
  return known === undefined || token === undefined ? undefined : { kind: known, token };
}

/** The network part of an event, as sealed, as far as it names entities. */
export const networkFacts = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  device: z.string().optional(),
  session: z.string().optional(),
  paymentFingerprint: z.string().optional(),
});
export type NetworkFacts = z.infer<typeof networkFacts>;

/** The entities that a call is linked to by where it came from and who made it. */
export function entityValues(network: NetworkFacts, apiClient: string | undefined): EntityValue[] {
  const { ip, device, paymentFingerprint, session } = network;
  const named: [EntityKind, string | undefined][] = [
    ['device', device],
    ['payment', paymentFingerprint],
    ['session', session],
    ['client', apiClient],
  ];
  const values = named.flatMap(([kind, value]) => (value === undefined ? [] : [{ kind, value }]));
  return ip === undefined ? values : [...addressValues(ip), ...values];
}

function addressValues(ip: string): EntityValue[] {
  const { address, network } = networkAddress(ip);
  return [
    { kind: 'ip', value: address },
    { kind: 'ip24', value: network },
  ];
}

import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { DEFAULT_RULES, type RuleSet } from '../../domain/rules/rule-set.ts';
import { RULES_STREAM } from '../streams.ts';

/** The thresholds that a tenant is under; version 0 are the defaults. */
export interface AdoptedRules {
  readonly version: number;
  readonly rules: RuleSet;
}

/** `position` of the event that brought them into force. */
export interface Adoption extends AdoptedRules {
  readonly position: number;
}

export const DEFAULTS: Adoption = { version: 0, rules: DEFAULT_RULES, position: 0 };

/** Every adoption of a tenant, oldest first. */
export type Adoptions = (tenant: string) => Promise<readonly Adoption[]>;

/** From the log itself: people adopt rules, so they are few. */
export const adoptionsIn =
  (log: Pick<EventLog, 'readStream'>): Adoptions =>
  async tenant =>
    (await log.readStream(tenant, RULES_STREAM)).flatMap(({ envelope, position }) => {
      const event = decodeEnvelope(envelope);
      return event.type === 'rules.adopted' ? [{ ...event.data, position }] : [];
    });

/** The same thresholds for everybody and from the beginning, to see what they would have raised. */
export const adoptedAlways =
  (rules: RuleSet): Adoptions =>
  () =>
    Promise.resolve([{ ...DEFAULTS, rules }]);

/** What was in force when the event at that position was recorded. */
export const inForce = (adoptions: readonly Adoption[], position: number): Adoption =>
  adoptions.findLast(adoption => adoption.position <= position) ?? DEFAULTS;

import { z } from 'zod';
import { LIMITS } from '../limits.ts';

/**
 * Every field of every event has one category (promise 15): the field → category map of a report is read off
 * the schemas, so that it cannot differ from what is enforced.
 */
export type Category =
  | 'identifier'
  | 'pseudonym'
  | 'content'
  | 'network'
  | 'profile'
  | 'service-metadata'
  | 'usage'
  | 'policy'
  | 'legal'
  | 'key-metadata';

export const field = <T extends z.ZodType>(schema: T, category: Category, description?: string): T =>
  schema.meta({ category, ...(description === undefined ? {} : { description }) });

/** Opaque identifiers: no spaces, no control characters, no `@`, so that neither a name nor an e-mail fits. */
const OPAQUE_ID = /^[A-Za-z0-9][A-Za-z0-9._:~-]*$/;

export const opaqueId = z
  .string()
  .min(1)
  .max(LIMITS.identifierLength)
  .regex(OPAQUE_ID, 'letters, digits and . _ : ~ - only, starting with a letter or digit');

/** A tenant's own id of a user: may be an e-mail address, is never stored in clear. */
export const outsideSubject = z
  .string()
  .min(1)
  .max(LIMITS.subjectLength)
  .regex(/^\P{Cc}*$/u, 'no control characters');

export const uuid = z.guid();
export const instant = z.iso.datetime({ offset: true });
/** Instants that Lethe itself writes: UTC, milliseconds. */
export const utcInstant = z.iso.datetime({ precision: 3 });
export const count = z.int().nonnegative();
export const sealedText = z.string().max(LIMITS.contentLength);
export const shortText = z.string().max(LIMITS.shortTextLength);
export const opaqueIds = z.array(opaqueId).max(LIMITS.parents);
export const region = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name such as eu-central');
/** A model, rule or detector name: vendor/name:version. */
export const label = z
  .string()
  .min(1)
  .max(LIMITS.identifierLength)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/+~-]*$/, 'letters, digits and . _ : / + ~ - only');

import type { DisclosureGround, DisclosureKind } from '../../domain/events/disclosure-events.ts';
import type { Category } from '../../domain/events/fields.ts';
import type { Policy } from '../../domain/policy/policy.ts';

/** How the names that events use read to somebody who has never seen an event. */
interface CategoryWords {
  readonly name: string;
  readonly what: string;
}

export const CATEGORY_WORDS: Readonly<Record<Category, CategoryWords>> = {
  profile: { name: 'Account', what: 'name, e-mail address, telephone number and what else the account says' },
  content: {
    name: 'Content',
    what: 'uploads, prompts, what was made of them, names of files; where in them personal data was found',
  },
  network: {
    name: 'Network and device',
    what: 'IP address, device, browser, session and the fingerprint of a means of payment; opened for safety only',
  },
  pseudonym: {
    name: 'Pseudonyms',
    what: 'keyed tokens, such as a session’s: of no meaning once its key is gone',
  },
  identifier: {
    name: 'Reference numbers',
    what: 'opaque numbers of assets, requests, reports, cases and credentials; none of them is a name',
  },
  usage: { name: 'Usage', what: 'counts, sizes and durations' },
  'service-metadata': {
    name: 'About each call',
    what: 'its kind, model, media type and region, the plan, the role of who made it',
  },
  policy: { name: 'Rules and dates', what: 'how long something is kept, and what was done by which rule' },
  legal: {
    name: 'Legal grounds',
    what: 'grounds, consents, attestations, decisions and authorities, by reference',
  },
  'key-metadata': { name: 'Keys', what: 'numbers and dates of encryption keys, never a key' },
};

export const GROUND_WORDS: Readonly<Record<DisclosureGround, string>> = {
  'authorised-by-customer': 'authorised by the customer',
  'service-selected-by-customer': 'a service that the customer selected',
  'required-by-law': 'required by law',
  'protection-of-rights-and-safety': 'protection of rights and safety',
  'agreed-in-writing': 'agreed in writing',
};

export const DISCLOSURE_WORDS: Readonly<Record<DisclosureKind, string>> = {
  'third-party': 'data to a third party',
  authority: 'data to an authority',
  models: 'list of models',
  'sub-processors': 'list of sub-processors',
  analytics: 'analytics in aggregate',
  audit: 'report of a security audit',
  hosting: 'where things are hosted',
};

export const TRAINING_WORDS: Readonly<Record<Policy['training'], string>> = {
  never: 'none: nothing is used to train models',
  'opt-in': 'only what its user has shared with the community and consented to',
  'opt-out': 'improving models, unless the user opts out or objects',
};

const BY_NAME: ReadonlyMap<string, CategoryWords> = new Map(Object.entries(CATEGORY_WORDS));

/** A name of a category as somebody else may have stated it. */
export const categoryWords = (name: string): string => BY_NAME.get(name)?.name.toLowerCase() ?? name;

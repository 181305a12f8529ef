import type { PiiCategory } from '../../../src/domain/pii/detect/finding.ts';

/** How a label of the set is to be met. */
export interface LabelMapping {
  /** Categories that count as having found it. What is part of an address is found when the address is. */
  readonly found: readonly PiiCategory[];
  /** Said of a person by itself; the others tell something only beside such a one. */
  readonly isDirect: boolean;
}

const direct = (...found: PiiCategory[]): LabelMapping => ({ found, isDirect: true });
const indirect = (...found: PiiCategory[]): LabelMapping => ({ found, isDirect: false });

/** The labels of presidio-research's set, and which of our categories each stands for. */
export const LABELS = {
  CREDIT_CARD: direct('payment-card'),
  IBAN_CODE: direct('iban'),
  EMAIL_ADDRESS: direct('email'),
  IP_ADDRESS: direct('ip-address'),
  CRYPTO: direct('crypto-address'),
  US_SSN: direct('national-id'),
  US_DRIVER_LICENSE: direct('driving-licence'),
  US_PASSPORT: direct('passport'),
  PHONE_NUMBER: direct('phone'),
  PERSON: direct('person'),
  GPE: direct('place', 'address'),
  LOCATION: direct('place', 'address'),
  STREET_ADDRESS: direct('address', 'postcode'),
  ZIP_CODE: direct('postcode', 'address'),
  AGE: direct('age'),
  NRP: direct('nationality'),
  DATE_TIME: indirect('date', 'date-of-birth'),
  DOMAIN_NAME: indirect('url', 'credentials-url'),
  ORGANIZATION: indirect('organisation'),
  TITLE: indirect('title'),
} satisfies Readonly<Record<string, LabelMapping>>;

export type Label = keyof typeof LABELS;

export const isLabel = (text: string): text is Label => Object.hasOwn(LABELS, text);

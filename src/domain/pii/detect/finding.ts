/**
 * Kinds of personal data. Those from `payment-card` to `place` say something of a person by themselves; the last five only
 * beside others, and are found with a confidence below `CONFIDENT`.
 */
export const PII_CATEGORIES = [
  'payment-card',
  'iban',
  'crypto-address',
  'email',
  'phone',
  'ip-address',
  'mac-address',
  'credentials-url',
  'national-id',
  'passport',
  'driving-licence',
  'date-of-birth',
  'age',
  'address',
  'postcode',
  'person',
  'place',
  'nationality',
  'url',
  'date',
  'organisation',
  'title',
] as const;
export type PiiCategory = (typeof PII_CATEGORIES)[number];

/** From here on a finding is acted upon where nobody says otherwise. */
export const CONFIDENT = 0.5;

/** A stretch of a text that looks like personal data. */
export interface Candidate {
  readonly category: PiiCategory;
  /** In UTF-16 code units, as JavaScript counts. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** From 0 to 1; 0.95 and more where a check digit agrees. */
  readonly confidence: number;
}

/** A candidate and who found it. */
export interface Finding extends Candidate {
  readonly detector: string;
  readonly version: string;
}

/** Name and version are labels: they stand in clear in every flag, so a change of what is found is a new version. */
interface Named {
  readonly name: string;
  readonly version: string;
}

/**
 * Finds without waiting. Pure: the same text comes to the same candidates, whatever was asked before. Texts come in pieces
 * of a few thousand characters at most: see `piecesOf`.
 */
export interface PiiDetector extends Named {
  detect(text: string): readonly Candidate[];
}

/**
 * Port for a model that runs elsewhere, or takes its time. Answers in the order of the texts, one list for each; rejects when
 * it cannot answer, and is then asked again. Texts are personal: an adapter keeps none and logs none.
 */
export interface PiiModel extends Named {
  detect(texts: readonly string[]): Promise<readonly (readonly Candidate[])[]>;
}

import { isIPv4, isIPv6 } from './ip-address.ts';
import { cardNumbersIn, passesLuhn } from '../card-number.ts';
import { isCryptoAddress } from './crypto-address.ts';
import type { Candidate, PiiDetector } from './finding.ts';
import { IBAN_PATTERN, isIban } from './iban.ts';
import { NATIONAL_ID_RULES } from './national-ids.ts';
import { applyRule, type Rule } from './rule.ts';

const CARD_WORDS = /\b(?:cards?|credit|debit|cc|maestro|carte|karte|tarjeta)\b/i;

const RULES: readonly Rule[] = [
  // Issuers that the table does not know, and the shorter numbers of old: only where a word says that it is a card.
  {
    category: 'payment-card',
    pattern: /(?<![\p{L}\p{N}])\d{12,19}(?![\p{L}\p{N}])/dgu,
    isValid: passesLuhn,
    context: { words: CARD_WORDS, confidence: 0.9 },
  },
  { category: 'iban', pattern: IBAN_PATTERN, isValid: isIban, confidence: 0.99 },
  // RFC 5321 §4.1.2, the dot-string form, with letters of any script (RFC 6531).
  {
    category: 'email',
    pattern:
      /(?<![\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-])[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{0,61}\p{L}/dgu,
    isValid: address => address.length <= 254 && address.indexOf('@') <= 64,
    confidence: 0.99,
  },
  // RFC 3986 §3.2.1: what stands before the @ are a name and, against all advice, a password.
  {
    category: 'credentials-url',
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]+(?::[^\s/?#@]*)?@[^\s<>"']*[^\s<>"'.,;:!?)]/dgiu,
    confidence: 0.995,
  },
  {
    category: 'url',
    pattern:
      /(?<![\p{L}\p{N}@./-])(?:www\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}|(?:[a-z0-9-]{3,63}\.){1,3}(?:com|net|org|info|biz|edu|gov|io|dev|app|co\.[a-z]{2}|com\.[a-z]{2}|de|fr|es|it|nl|se|dk|pl|cz|hu|ch|eu|uk|us|ca|au|br|jp))(?![\p{L}\p{N}@-]|\.\p{L})/dgiu,
    confidence: 0.4,
  },
  {
    category: 'url',
    pattern: /\bhttps?:\/\/[^\s<>"'@]*[^\s<>"'@.,;:!?)\]]/dgiu,
    confidence: 0.45,
  },
  {
    category: 'ip-address',
    pattern: /(?<![\p{L}\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}]|\.\d)/dgu,
    isValid: isIPv4,
    unless: /\b(?:version|release|build|section|v)[.:]?\s*$/i,
    confidence: 0.96,
  },
  {
    category: 'ip-address',
    pattern:
      /(?<![\p{L}\p{N}:.])(?=[\da-f:]*:[\da-f]*:)[\da-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\p{L}\p{N}:]|\.\d)/dgiu,
    isValid: isIPv6,
    confidence: 0.96,
  },
  {
    category: 'mac-address',
    pattern: /(?<![\p{L}\p{N}:-])[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\p{L}\p{N}:-])/dgiu,
    confidence: 0.95,
  },
  {
    category: 'crypto-address',
    pattern:
      /(?<![\p{L}\p{N}])(?:0x[\da-f]{40}|bc1[a-z0-9]{39,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![\p{L}\p{N}])/dgiu,
    isValid: isCryptoAddress,
    confidence: 0.97,
  },
  ...NATIONAL_ID_RULES,
];

/** An e-mail address has its `@`, all others a digit or a dot or a `://`: a text without is done with at once. */
const LIKELY = /[\d@]|:\/\/|\p{L}\.\p{L}/u;

function detect(text: string): Candidate[] {
  if (!LIKELY.test(text)) return [];
  const cards = [...cardNumbersIn(text)].map(at => ({
    ...at,
    category: 'payment-card' as const,
    confidence: 0.99,
  }));
  return [...cards, ...RULES.flatMap(rule => applyRule(rule, text))];
}

/** What form and check digits tell: cards, accounts, addresses on networks, the numbers by which states know a person. */
export const exactDetector: PiiDetector = { name: 'lethe/exact', version: '1.0.0', detect };

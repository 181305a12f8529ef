import { LetheError } from '../errors.ts';

/** What JSON can say. A field that is undefined is left out, as JSON.stringify does. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * RFC 8785 (JSON Canonicalization Scheme): no white space, object names sorted by UTF-16 code units (§3.2.3), numbers and
 * strings as ECMAScript serialises them (§3.2.2). Throws LetheError `not-canonical` for what the scheme excludes:
 * numbers that are not finite and text that is not Unicode.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new LetheError('not-canonical', 'a number that is not finite has no canonical form');
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap(name => {
      const member = value[name];
      return member === undefined ? [] : [`${canonicalText(name)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function canonicalText(text: string): string {
  // A lone surrogate has no UTF-8 form (RFC 8785 §3.2.2.2).
  if (!text.isWellFormed()) throw new LetheError('not-canonical', 'text that is not Unicode');
  return JSON.stringify(text);
}

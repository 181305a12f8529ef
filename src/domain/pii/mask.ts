import type { PiiSpan } from '../events/pii-events.ts';

/** A stretch of text in UTF-16 units, end exclusive. */
export type MaskSpan = Pick<PiiSpan, 'start' | 'end' | 'category'>;

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly categories: readonly string[];
}

const splitsPair = (text: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));

/** Within the text, and widened so that no half of a surrogate pair is left behind. */
function fit(text: string, { start, end, category }: MaskSpan): Stretch {
  const from = Math.min(Math.max(start, 0), text.length);
  const to = Math.min(Math.max(end, 0), text.length);
  return {
    start: splitsPair(text, from) ? from - 1 : from,
    end: splitsPair(text, to) ? to + 1 : to,
    categories: [category.toUpperCase()],
  };
}

function merge(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const next of [...stretches].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || next.start >= last.end) {
      merged.push(next);
      continue;
    }
    merged[merged.length - 1] = {
      start: last.start,
      end: Math.max(last.end, next.end),
      categories: [...new Set([...last.categories, ...next.categories])],
    };
  }
  return merged;
}

/**
 * The text with each span replaced by its category, as in `[EMAIL]` (promise 8). Overlapping spans become one,
 * `[EMAIL+NAME]`; what lies outside the text is ignored.
 */
export function maskSpans(text: string, spans: readonly MaskSpan[]): string {
  const inside = spans.map(span => fit(text, span)).filter(({ start, end }) => start < end);
  let masked = '';
  let from = 0;
  for (const { start, end, categories } of merge(inside)) {
    masked += `${text.slice(from, start)}[${categories.join('+')}]`;
    from = end;
  }
  return masked + text.slice(from);
}

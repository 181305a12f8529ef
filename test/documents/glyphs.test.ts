import { describe, expect, it } from 'vitest';
import { isAllPrintable, printable } from '../../src/documents/glyphs.ts';

describe('a text that is to be printed', () => {
  it.each([
    ['Example GmbH & Co. KG'],
    ['Łódź, Ærø, Škoda, Ελλάδα, Україна, Việt Nam – “quoted”…'],
    ['two\nlines'],
  ])('stays as it is where the typeface has every character: %j', text => {
    expect(printable(text)).toBe(text);
    expect(isAllPrintable(text)).toBe(true);
  });

  it.each([
    ['東京 K.K.', '‹U+6771 U+4EAC› K.K.'],
    ['A株', 'A‹U+682A›'],
    ['한국', '‹U+D55C U+AD6D›'],
    ['שלום', '‹U+5E9 U+5DC U+5D5 U+5DD›'],
    ['𠮷', '‹U+20BB7›'],
  ])('names each character that the typeface lacks by its number: %s', (text, printed) => {
    expect(printable(text)).toBe(printed);
    expect(isAllPrintable(text)).toBe(false);
    expect(isAllPrintable(printed)).toBe(true);
  });
});

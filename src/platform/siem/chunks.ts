/** Texts joined into bodies of at most that many bytes; one that is larger alone makes a body alone. */
export function* chunksOf(texts: readonly string[], bytes: number): Generator<string> {
  let chunk: string[] = [];
  let size = 0;
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    if (chunk.length > 0 && size + length > bytes) {
      yield chunk.join('');
      [chunk, size] = [[], 0];
    }
    chunk.push(text);
    size += length;
  }
  if (chunk.length > 0) yield chunk.join('');
}

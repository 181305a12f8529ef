/** The studio's model: a picture of the prompt's letters. A real product calls its own here. */
export function draw(prompt) {
  const bars = [...prompt].map((letter, index) => {
    const height = 10 + (letter.codePointAt(0) % 90);
    return `<rect x="${index * 6}" y="${100 - height}" width="5" height="${height}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${prompt.length * 6} 100">${bars.join('')}</svg>`;
}

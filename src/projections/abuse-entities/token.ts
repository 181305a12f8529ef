const UUID = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/** A token as the tables keep it. */
export const storedToken = (token: string): string =>
  Buffer.from(token, 'base64url').toString('hex').replace(UUID, '$1-$2-$3-$4-$5');

/** A stored token as others see it. */
export const shownToken = (stored: string): string =>
  Buffer.from(stored.replaceAll('-', ''), 'hex').toString('base64url');

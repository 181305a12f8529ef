const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Key material or a credential in memory: prints as `[secret]` wherever it is logged or serialised. */
export class Secret {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, not a copy: zeroed once the secret is wiped. */
  reveal(): Buffer {
    return this.#bytes;
  }

  /** Overwrites the bytes. What V8 may have copied elsewhere is out of reach; docs/security-model.md says so. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [INSPECT](): string {
    return '[secret]';
  }
}

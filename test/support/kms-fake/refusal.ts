/** An answer of KMS that is not 200, by the name that the SDK gives the error. */
export class KmsRefusal extends Error {
  readonly status: number;

  constructor(name: string, message = '', status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

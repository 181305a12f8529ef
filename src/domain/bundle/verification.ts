import type { CheckName, Finding, Findings } from './findings.ts';

export interface Check {
  readonly name: CheckName;
  readonly outcome: 'passed' | 'failed' | 'not-checked';
  /** One sentence: what was shown, or why it was not looked at. */
  readonly says: string;
}

/** What a bundle says of itself; to be believed only with the verdict `ok`. */
export interface Subject {
  readonly kind: string;
  readonly tenant: string;
  readonly report?: string;
  readonly asOf?: string;
  readonly log?: { readonly origin: string; readonly size: number; readonly root: string };
  readonly events: number;
}

export interface Verification {
  readonly verdict: 'ok' | 'failed';
  readonly subject: Subject | undefined;
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
}

/** The checks that were made; each has passed that no finding fails. */
export class Checks {
  readonly #findings: Findings;
  readonly #made: { readonly name: CheckName; readonly says: string; readonly isMade: boolean }[] = [];

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** `says`: what is shown if the check finds nothing. */
  made(name: CheckName, says: string): void {
    this.#made.push({ name, says, isMade: true });
  }

  skipped(name: CheckName, says: string): void {
    this.#made.push({ name, says, isMade: false });
  }

  outcome(subject: Subject | undefined): Verification {
    const findings = this.#findings.list();
    const checks = this.#made.map(({ name, says, isMade }): Check => {
      if (this.#findings.hasFailed(name)) return { name, outcome: 'failed', says: 'see below' };
      return { name, outcome: isMade ? 'passed' : 'not-checked', says };
    });
    return { verdict: findings.length === 0 ? 'ok' : 'failed', subject, checks, findings };
  }
}

/**
 * How sure it is. `high`: a checksum that leaves few by chance, or what stands beside it says so. `medium`: its
 * form. `low`: it has the form, and as likely is nobody's: an address of a private network, a reserved name, eleven
 * digits like those of a Chinese mobile number.
 */
export type Confidence = 'high' | 'medium' | 'low';

/** Personal data in a text, by UTF-16 indices. */
export interface PersonalFinding {
  /** `email`, `phone`, `payment-card`, `iban`, `ip-address`, or a national id such as `us-ssn`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: Confidence;
  /** Whether it shows only when an encoding is taken off. */
  readonly encoded?: true;
}

/** Units before a number that may say what it is. */
const BEFORE = 48;

/** What stands before `start`, in lower case. */
export function before(text: string, start: number): string {
  return text.slice(Math.max(0, start - BEFORE), start).toLowerCase();
}

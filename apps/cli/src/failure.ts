import { codeOf, type ErrorCode, TacetError } from '@tacet/records';
import { type Io, STATUS } from './io.ts';
import { harmless } from './terminal/text.ts';

/** What a person can do about an error, beyond what its message says. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  USAGE: 'see tacet --help, and tacet COMMAND --help for its flags',
  DIRECTORY_MISSING: 'make one with: tacet init --dir D',
  DIRECTORY_EXISTS: 'choose another directory; an existing one is never overwritten',
  IDENTITY_INSIDE_DIRECTORY:
    'keep it where a copy of the directory does not take it along, e.g. --identity ~/me.identity',
  IDENTITY_MISSING: 'name it with --identity FILE or TACET_IDENTITY',
  IDENTITY_PASSPHRASE: 'name the right passphrase file with --passphrase-file F or TACET_PASSPHRASE_FILE',
  PURPOSE_MISSING: 'every reading states its purpose: --purpose "ticket 4711: refund"',
  PURPOSE_INVALID: 'say it in 3 to 500 characters on one line: --purpose "ticket 4711: refund"',
  TOKEN_MISSING: 'name a token file with --token-file F or TACET_TOKEN_FILE',
  TOKEN_INVALID: 'name the token file of this workspace with --token-file F or TACET_TOKEN_FILE',
  NOT_ALLOWED: 'importing needs an ingest token, searching a reader token, administering an owner token',
  APPROVAL_NEEDED:
    'somebody else decides: tacet approvals list, then approve or deny; then do the same again',
  FINGERPRINT_KEY_MISSING:
    "name it with --fingerprint-key FILE: the server's keys/fingerprint, or a gateway's",
  SECRET_GUESSABLE: 'look at what was cut out of its kind: tacet secrets --kind KIND',
  STORE_LOCKED: 'wait for the other command, or talk to the running server with --to URL',
  STORE_UNAVAILABLE: 'nothing acknowledged is lost; try again shortly',
  STORE_FULL: 'nothing acknowledged is lost; free some space and try again',
  SERVER_UNREACHABLE: 'check the address, and that the server runs: tacet serve --dir D',
  TRAIL_KEY_MISSING:
    'name it with --key KEY or --key FILE: init printed it, or ask whoever founded the workspace',
  EPOCH_EXPIRED:
    'whoever holds the operations key renews it: tacet keys renew, or a running tacet keys agent',
  OPERATIONS_INVALID: "use an identity that holds the operations key: the owner's, or the key agent's",
  GRANT_MISSING: 'ask the owner: tacet keys identity new for your keys, tacet keys grant for theirs',
  READER_UNKNOWN: 'see who there is: tacet keys list',
  FINGERPRINT_MISMATCH: 'ask the reader for the file and the fingerprint again; nothing was granted',
};

/** Codes that mean: the command worked, and what it read is not what it should be; with all of a segment. */
const PROBLEMS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'RECORD_MALFORMED',
  'ROOT_MISMATCH',
  'OPERATIONS_INVALID',
  'EPOCH_INVALID',
  'EPOCH_ROLLED_BACK',
  'WRITER_INVALID',
  'GRANT_INVALID',
  'SESSION_MALFORMED',
  'SESSION_INVALID',
  'SESSION_FORKED',
  'CLEAR_MISMATCH',
  'FILTER_MALFORMED',
  'FILTER_MISMATCH',
  'TRAIL_CORRUPT',
  'TRAIL_ENTRY_MISSING',
  'TRAIL_ENTRY_CHANGED',
  'TRAIL_ENTRY_INVALID',
  'TRAIL_NOT_WITNESSED',
  'CHECKPOINT_UNSIGNED',
  'PROOF_INVALID',
  'RECEIPT_INVALID',
]);

/** The exit status that an error means. */
export function statusOf(error: unknown): number {
  const code = codeOf(error);
  const segment = code?.startsWith('SEGMENT_') && code !== 'SEGMENT_UNKNOWN';
  return segment || (code && PROBLEMS.has(code)) ? STATUS.problem : STATUS.failure;
}

/**
 * An error of a library or of the system, as something that may be shown: a file error names paths
 * only; of anything else its kind and place are all that is safe to say, as its text may quote content.
 */
function shown(error: unknown): { code: string; message: string; trace?: string } {
  if (error instanceof TacetError) return { code: error.code, message: error.message };
  const { code, syscall, path, name, stack } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall && code) return { code: 'INTERNAL', message: `${syscall}${path ? ` ${path}` : ''}: ${code}` };
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    code: 'INTERNAL',
    message: `an unexpected ${name ?? 'failure'}${typeof code === 'string' ? ` (${code})` : ''}; please report it`,
    trace: frames.slice(0, 8).join('\n'),
  };
}

/** Writes an error to standard error, for people or (`json`) for machines; returns the exit status. */
export function reportFailure(error: unknown, io: Io, json: boolean): number {
  const { code, message, trace } = shown(error);
  const hint = HINTS[code as ErrorCode];
  if (json) io.stderr.write(`${JSON.stringify({ error: { code, message, ...(hint ? { hint } : {}) } })}\n`);
  else
    io.stderr.write(
      `tacet: ${code}: ${harmless(message)}\n${hint ? `  ${hint}\n` : ''}${trace ? `${trace}\n` : ''}`,
    );
  return statusOf(error);
}

import { MAX_DAYS, readTargets, recordsFor, statementFor, WELL_KNOWN } from '@tacet/audit';
import { TacetError } from '@tacet/records';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { keyPath, readOrDrawKey } from './key.ts';

export interface ProveOptions {
  days: string;
  key?: string;
  json?: boolean;
}

/** Characters of one string of a TXT record (RFC 1035, 3.3.14). */
const MAX_STRING = 255;

/** `tacet audit prove HOST`: prints what to publish so that this user may probe it. */
export async function prove(name: string, options: ProveOptions, io: Io): Promise<number> {
  const days = wholeNumber('--days', options.days, 1, MAX_DAYS);
  const zone = name.startsWith('*.');
  const host = hostIn(zone ? name.slice(2) : name);
  const path = keyPath(options.key, io);
  const line = statementFor(zone ? `*.${host}` : host, await readOrDrawKey(path), days);
  const record = recordsFor(host)[0]?.name ?? '';
  const file = zone ? undefined : `https://${host.includes(':') ? `[${host}]` : host}${WELL_KNOWN}`;
  if (options.json) {
    io.stdout.write(
      `${JSON.stringify({ host: name, record, value: line, ...(file && { file }), key: path })}\n`,
    );
    return STATUS.done;
  }
  const strings = line.match(new RegExp(`.{1,${MAX_STRING}}`, 'g')) ?? [];
  io.stdout.write(
    `Publish this record in the domain name system:\n\n${record}. 300 IN TXT ${strings.map((part) => `"${part}"`).join(' ')}\n` +
      (file ? `\nor this line, and nothing else, at ${file}:\n\n${line}\n` : ''),
  );
  io.stderr.write(`It lets whoever holds ${path} probe ${name} for ${days} days, and nobody else.\n`);
  return STATUS.done;
}

/** One host, as a targets file would take it. Throws USAGE. */
function hostIn(text: string): string {
  try {
    const [one] = readTargets(JSON.stringify({ hosts: [text] })).hosts;
    if (one && !one.host.includes('/')) return one.host;
  } catch {
    // Said below, in the words of this command.
  }
  throw new TacetError('USAGE', 'prove takes one host name or address, or *.DOMAIN for all names below it');
}

import { type Check, type Finding, findingOf } from '../finding.ts';

const OUTSIDE: Check = {
  id: 'outside-report',
  title: 'Somebody outside reports a hole',
  severity: 'high',
  why: 'Who finds a hole and tells you gives you time; others who find it do not.',
  fix: 'Read it, try it, close it, and say so: tacet audit answer FINGERPRINT confirmed, fixed or declined.',
  references: ['https://www.rfc-editor.org/rfc/rfc9116', 'https://www.iso.org/standard/72311.html'],
};

/** What a report is about, in the reporter's words. */
export interface ReportedHole {
  readonly title: string;
  /** An address, when one was given. */
  readonly where?: string | undefined;
  /** What is encrypted is the same only when it is the same byte for byte. */
  readonly encrypted?: string | undefined;
}

/**
 * The finding that a report becomes. Two reports of one place are one finding, however they are worded; without a place
 * that says enough, so are two whose titles have the same words.
 */
export function reportedFinding({ title, where, encrypted }: ReportedHole): Finding {
  const place = where === undefined ? undefined : placeOf(where);
  const words = encrypted === undefined ? wordsOf(title) : `${wordsOf(title)} ${encrypted}`;
  const subject = `report:${where ?? title}`;
  const same = place?.path ? place.host + place.path : JSON.stringify([place?.host ?? '', words]);
  const finding = findingOf(OUTSIDE, { source: 'report', subject: 'report', within: same });
  return { ...finding, subject, title: `Reported from outside: ${title}` };
}

/** Host and path of an address however it was written; query and fragment say who asked, not where. */
function placeOf(where: string): { host: string; path: string } {
  const text = where.trim().toLowerCase();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//.test(text) ? text : `https://${text}`);
  if (!url?.host) return { host: '', path: text.replace(/\s+/g, ' ') };
  const named = url.hostname.replace(/^www\./, '').replace(/\.$/, '');
  const port = url.port === '' || url.port === '80' || url.port === '443' ? '' : `:${url.port}`;
  const path = url.pathname.replace(/\/+/g, '/').replace(/\/$/, '');
  // A port is as good as a path: it names one service.
  return { host: `${named}${port}`, path: path || (port && '/') };
}

function wordsOf(title: string): string {
  const words =
    title
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => word.length > 2))].sort().join(' ');
}

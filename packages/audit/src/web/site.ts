import { randomBytes } from 'node:crypto';
import { type Finding, findingOf } from '../finding.ts';
import { type HttpReply, type Wire, WireError, type WireFailure } from '../probing/wire.ts';
import { telling } from '../reading/telling.ts';
import { DEBUG } from './debug.ts';
import type { Exposure } from './exposure.ts';
import { FILES } from './files.ts';
import { FOLDERS, LISTING, listing, readableOf } from './listing.ts';
import { SECURITY_TXT_PATH, securityTxt } from './security-txt.ts';

export const EXPOSURES: readonly Exposure[] = [...FILES, ...DEBUG];

/** What is asked of a site, in order, as a person reads it. */
export function sitePackets(path: string, withSecurityTxt: boolean): string[] {
  const paths = new Set(
    [...EXPOSURES.flatMap((one) => one.paths), ...FOLDERS].map((below) => `${path}${below}`),
  );
  return [
    `GET ${path}(32 random characters)`,
    ...[...paths].map((one) => `GET ${one} (its first 4 KiB)`),
    ...(withSecurityTxt ? [`GET ${SECURITY_TXT_PATH}`] : []),
  ];
}

export interface SiteSettings {
  /** Of the root, with a slash at its end. */
  readonly path: string;
  readonly subject: string;
  /** Whether the site is one that people visit, and so has to say whom to tell of a hole. */
  readonly public: boolean;
  readonly now: number;
  /** Hears of every question that got no answer, and why. */
  readonly failed?: (failure: WireFailure) => void;
}

/** Of a file its beginning tells what it is; a list or metrics are read as far as this. */
const HEAD_BYTES = 4096;
const MAX_CHARACTERS = 1 << 18;
const MAX_FAILURES = 3;

/**
 * Looks at a site for what it should not serve. A page that the site gives for a name that cannot exist
 * counts as nothing, wherever it comes again.
 */
export async function siteFindings(wire: Wire, settings: SiteSettings): Promise<Finding[]> {
  const { path, subject, failed } = settings;
  const site = new Site(wire, path, failed);
  const nothing = await site.get(randomBytes(16).toString('hex'));
  if (nothing === undefined) return [];
  const found: Finding[] = [];
  const proof = (below: string, said: string) => ({
    request: `GET ${path}${below}`,
    reply: telling(said),
  });
  for (const exposure of EXPOSURES.filter(({ tells }) => tells(nothing) === undefined)) {
    const { check, paths } = exposure;
    for (const below of paths) {
      const said = await site.tells(below, exposure);
      if (said === undefined) continue;
      found.push(findingOf(check, { source: 'probe', subject, within: below, proof: proof(below, said) }));
      break;
    }
  }
  for (const below of listing(nothing) ? [] : FOLDERS) {
    const reply = await site.get(below, true);
    const list = reply && listing(reply);
    if (!list) continue;
    found.push(
      findingOf(LISTING, {
        source: 'probe',
        subject,
        within: below,
        proof: proof(below, list.heading),
        ...(list.names.length > 0 && { readable: readableOf(list.names, (name) => telling(name, 120)) }),
      }),
    );
  }
  if (settings.public) found.push(...(await outsidersFindings(site, settings)));
  return found;
}

/** What findings of security.txt are about: there is one for all paths of a site, and it is not always asked for. */
export function securityTxtOf(site: string): string {
  return new URL(SECURITY_TXT_PATH, site).href;
}

async function outsidersFindings(site: Site, settings: SiteSettings): Promise<Finding[]> {
  const { now } = settings;
  const subject = securityTxtOf(settings.subject);
  const reply = await site.at(SECURITY_TXT_PATH, true);
  return (reply ? securityTxt(reply, now) : []).map(({ check, reply: said }) =>
    findingOf(check, {
      source: 'probe',
      subject,
      proof: { request: `GET ${SECURITY_TXT_PATH}`, reply: telling(said) },
    }),
  );
}

/** Asks for each path once, and gives up on a site that breaks off again and again. */
class Site {
  readonly #wire: Wire;
  readonly #root: string;
  readonly #known = new Map<string, HttpReply | undefined>();
  readonly #failed: SiteSettings['failed'];
  #failures = 0;

  constructor(wire: Wire, root: string, failed: SiteSettings['failed']) {
    this.#wire = wire;
    this.#root = root;
    this.#failed = failed;
  }

  get(below: string, whole = false): Promise<HttpReply | undefined> {
    return this.at(`${this.#root}${below}`, whole);
  }

  async tells(below: string, { tells, whole }: Exposure): Promise<string | undefined> {
    const reply = await this.get(below, whole);
    return reply && (reply.status === 200 || reply.status === 206) ? tells(reply) : undefined;
  }

  async at(path: string, whole: boolean): Promise<HttpReply | undefined> {
    const key = `${path}${whole ? '' : ' head'}`;
    if (!this.#known.has(key)) this.#known.set(key, await this.#ask(path, whole));
    return this.#known.get(key);
  }

  async #ask(path: string, whole: boolean): Promise<HttpReply | undefined> {
    if (this.#failures >= MAX_FAILURES) return undefined;
    try {
      const headers = whole ? {} : { range: `bytes=0-${HEAD_BYTES - 1}` };
      const reply = await this.#wire.http({ path, headers });
      const most = whole ? MAX_CHARACTERS : HEAD_BYTES;
      return reply.body.length > most ? { ...reply, body: reply.body.slice(0, most), cut: true } : reply;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#failures++;
      this.#failed?.(error.failure);
      return undefined;
    }
  }
}

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { TacetError } from '@tacet/records';

/** Where certificate (with its chain) and private key are, both PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** How often the files are looked at again: certificates are renewed while the server runs. */
const LOOK_MS = 30_000;

/**
 * Reads both files. Throws TLS_INVALID when they cannot be read, are not what they should be, do not
 * belong together, or the certificate is not valid at `now` (milliseconds since 1970). The message
 * holds nothing of the key.
 */
export async function readTls(files: TlsFiles, now: number): Promise<{ cert: string; key: string }> {
  const invalid = (why: string) => new TacetError('TLS_INVALID', why);
  const read = (path: string) =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw invalid(`${path} cannot be read (${error.code ?? error.name})`);
    });
  const [cert, key] = await Promise.all([read(files.cert), read(files.key)]);
  let first: X509Certificate;
  try {
    first = new X509Certificate(cert);
  } catch {
    throw invalid(`${files.cert} holds no certificate in PEM`);
  }
  let belongs: boolean;
  try {
    belongs = first.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw invalid(`${files.key} holds no private key in PEM, or one under a passphrase`);
  }
  if (!belongs) throw invalid('certificate and private key do not belong together');
  if (now < first.validFromDate.getTime() || now >= first.validToDate.getTime())
    throw invalid(`the certificate is valid from ${first.validFrom} to ${first.validTo} only`);
  return { cert, key };
}

/**
 * Gives `server` the files' certificate again whenever they change. What is wrong with new ones goes to
 * `warn`, and the server goes on with what it has. Returns the function that looks now, and `stop`.
 */
export function followTls(
  server: Server,
  files: TlsFiles,
  started: { cert: string; key: string },
  options: { warn: (text: string) => void; now: () => number },
): { look: () => Promise<void>; stop: () => void } {
  let used = started;
  let told = '';
  const look = async () => {
    try {
      const found = await readTls(files, options.now());
      told = '';
      if (found.cert === used.cert && found.key === used.key) return;
      server.setSecureContext(found);
      used = found;
    } catch (error) {
      const text = `${error instanceof TacetError ? error.message : 'the certificate cannot be used'}; the old one stays`;
      // Half-written files are looked at again; the same trouble is told once.
      if (text !== told) options.warn(text);
      told = text;
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}

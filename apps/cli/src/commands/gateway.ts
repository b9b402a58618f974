import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import {
  createWriterState,
  listen,
  openStandalone,
  readWriterState,
  requireSafeHost,
  withoutCoreDumps,
} from '@tacet/server';
import { safeUrl } from '../connect.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { findToken } from '../profile/locate.ts';
import { stopped } from './serve.ts';

export interface EnrollOptions {
  state: string;
  tokenFile: string;
  name: string;
  fingerprintKey?: string;
  json?: boolean;
}

/** What a holder of the operations key needs to certify a writer; nothing of it is secret. */
export interface WriterRequest {
  workspace: string;
  name: string;
  /** Ed25519, 32 bytes, base64. */
  publicKey: string;
}

const MAX_NAME = 64;

/** `tacet gateway enroll`: makes a writer's folder and prints the request for its certificate. */
export async function enroll(options: EnrollOptions, io: Io): Promise<number> {
  if (options.name === '' || Buffer.byteLength(options.name) > MAX_NAME || /\p{Cc}/u.test(options.name))
    throw new TacetError('USAGE', `--name takes 1 to ${MAX_NAME} bytes without control characters`);
  const token = await findToken('ingest', options, {}, undefined);
  const fingerprint =
    options.fingerprintKey === undefined ? undefined : await readKey(options.fingerprintKey);
  const { writer } = await createWriterState(options.state, {
    token,
    name: options.name,
    ...(fingerprint && { fingerprint }),
  });
  const request: WriterRequest = {
    workspace: writer.workspace,
    name: writer.name,
    publicKey: Buffer.from(writer.publicKey).toString('base64'),
  };
  const text = JSON.stringify(request);
  if (options.json) io.stdout.write(`${text}\n`);
  else
    io.stdout.write(
      [
        `The writer ${writer.name} of workspace ${writer.workspace} has its folder: ${options.state}.`,
        'It can send nothing until a holder of the operations key has certified it. Give them this request:',
        '',
        `  ${text}`,
        '',
        'and compare its fingerprint with them, over another way than the request took:',
        '',
        `  ${fingerprintOf(writer.publicKey)}`,
        '',
        'Then start it:',
        `  tacet gateway --to URL --state ${options.state}`,
        '',
      ].join('\n'),
    );
  return STATUS.done;
}

async function readKey(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => {
    throw new TacetError('USAGE', `there is no file ${path}`);
  });
  if (bytes.length !== 32) throw new TacetError('USAGE', `${path} is not a key of 32 bytes`);
  return new Uint8Array(bytes);
}

/** SHA-256 of a public key in groups that can be read aloud. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .replace(/(.{4})(?=.)/g, '$1 ');
}

export interface GatewayOptions {
  to: string;
  state: string;
  port: string;
  host: string;
  behindProxy?: boolean;
  json?: boolean;
}

/** `tacet gateway`: receives, seals and sends until it is asked to stop. */
export async function runGateway(options: GatewayOptions, io: Io): Promise<number> {
  const port = wholeNumber('--port', options.port, 0, 65_535);
  const behindProxy = options.behindProxy === true;
  requireSafeHost({ host: options.host, behindProxy });
  const to = safeUrl(options.to).href;
  withoutCoreDumps();
  const warn = (warning: string) =>
    void io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  const standalone = openStandalone({ state: await readWriterState(options.state), to, warn, behindProxy });
  try {
    const listener = await listen(standalone.app, { host: options.host, port, behindProxy });
    const { address } = listener;
    io.stdout.write(options.json ? `${JSON.stringify({ address })}\n` : `tacet: listening on ${address}\n`);
    await stopped(io.stop);
    await listener.close();
  } finally {
    await standalone.close();
  }
  return STATUS.done;
}

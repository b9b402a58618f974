import { readFile } from 'node:fs/promises';
import { createWriterState, readWriterState } from '@tacet/gateway/remote';
import { TacetError } from '@tacet/records';
import { certifyWriter } from '@tacet/seal';
import { openStandalone, requireSafeHost, withoutCoreDumps } from '@tacet/server';
import { safeUrl } from '../connect.ts';
import { type Io, STATUS } from '../io.ts';
import { confirm } from '../keys/commands/grant.ts';
import { writerFingerprintText } from '../keys/fingerprint.ts';
import { type KeysOptions, Workspace } from '../keys/workspace.ts';
import { type ListenFlags, listenAll, portsOf } from '../listening.ts';
import { wholeNumber } from '../options.ts';
import { findToken } from '../profile/locate.ts';
import { readFingerprintKey } from '../secrets/fingerprint-keys.ts';
import { harmless } from '../terminal/text.ts';
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
const isName = (name: string) => name !== '' && Buffer.byteLength(name) <= MAX_NAME && !/\p{Cc}/u.test(name);

/** `tacet gateway enroll`: makes a writer's folder and prints the request for its certificate. */
export async function enroll(options: EnrollOptions, io: Io): Promise<number> {
  if (!isName(options.name))
    throw new TacetError('USAGE', `--name takes 1 to ${MAX_NAME} bytes without control characters`);
  const token = await findToken('ingest', options, {}, undefined);
  const fingerprint =
    options.fingerprintKey === undefined ? undefined : await readFingerprintKey(options.fingerprintKey);
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
        `  ${writerFingerprintText(writer.publicKey)}`,
        '',
        "They run: tacet gateway certify REQUEST --fingerprint '…' --dir D. Then start it:",
        `  tacet gateway --to URL --state ${options.state}`,
        '',
      ].join('\n'),
    );
  return STATUS.done;
}

export interface CertifyOptions extends KeysOptions {
  fingerprint?: string;
  days: string;
}

const MAX_REQUEST = 4_096;
const MAX_DAYS = 3_650;

/** `tacet gateway certify`: certifies a writer whose fingerprint was compared. */
export async function certify(request: string, options: CertifyOptions, io: Io): Promise<number> {
  const days = wholeNumber('--days', options.days, 1, MAX_DAYS);
  const { workspace: name, publicKey, writer } = await readRequest(request);
  await confirm(writerFingerprintText(publicKey), writer, options, io);
  const workspace = await Workspace.open(options, io, 'certify');
  try {
    const { identity } = await workspace.identity(options, io);
    await workspace.change(identity, async (issuer) => {
      if (issuer.authority.workspace !== name)
        throw new TacetError('USAGE', 'the request is of another workspace');
      return { writers: [await certifyWriter(issuer, { publicKey, name: writer, days })] };
    });
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ name: writer, fingerprint: writerFingerprintText(publicKey), days })}\n`
        : `${harmless(writer)} may seal for ${days} days; tacet keys renew renews it.\n`,
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

async function readRequest(given: string) {
  const text = given.trimStart().startsWith('{') ? given : await readFile(given, 'utf8').catch(() => '');
  const fail = () => new TacetError('USAGE', 'this is no request of tacet gateway enroll');
  if (text.length > MAX_REQUEST) throw fail();
  let request: Partial<WriterRequest>;
  try {
    request = JSON.parse(text);
  } catch {
    throw fail();
  }
  const { workspace, name, publicKey } = request;
  const key = typeof publicKey === 'string' ? new Uint8Array(Buffer.from(publicKey, 'base64')) : undefined;
  if (typeof workspace !== 'string' || typeof name !== 'string' || !isName(name) || key?.length !== 32)
    throw fail();
  return { workspace, writer: name, publicKey: key };
}

export interface GatewayOptions extends ListenFlags {
  to: string;
  state: string;
}

/** `tacet gateway`: receives, seals and sends until it is asked to stop. */
export async function runGateway(options: GatewayOptions, io: Io): Promise<number> {
  portsOf(options);
  const behindProxy = options.behindProxy === true;
  requireSafeHost({ host: options.host, behindProxy });
  const to = safeUrl(options.to).href;
  withoutCoreDumps();
  const warn = (warning: string) =>
    void io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  const standalone = openStandalone({ state: await readWriterState(options.state), to, warn, behindProxy });
  try {
    const listener = await listenAll(standalone.app, options, warn);
    io.stdout.write(`${listener.line}\n`);
    await stopped(io.stop);
    await listener.close();
  } finally {
    await standalone.close();
  }
  return STATUS.done;
}

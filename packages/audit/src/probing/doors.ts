import { ask, NetWire } from './net-wire.ts';
import type { Outlet } from './outlet.ts';
import { type Endpoint, type HttpReply, WireError } from './wire.ts';

/** One way in: a port, and TLS or not. A port may have both. */
export interface Door {
  readonly endpoint: Endpoint;
  /** `http` answers a request; `refuses` does so with 400, as others than web servers do too. */
  readonly speaks: 'http' | 'refuses' | 'tcp';
  /** What `/` answers, where it speaks HTTP. */
  readonly front?: HttpReply;
}

/** How long a service that greets may take to do so; milliseconds. */
const GREETING_MS = 500;
/** How long a handshake may take where nobody knows that TLS is spoken; milliseconds. */
const HANDSHAKE_MS = 2000;
/** How a TLS server begins its answer to somebody who does not speak TLS: with an alert (RFC 8446, 5.1). */
const ALERT = 0x15;

/** What a web server says of it that speaks TLS to somebody who does not. */
const SPEAK_TLS = /\b(?:https|ssl|tls)\b/i;

/** Whether a service speaks first, waits to be spoken to, or is not there; `silent` when even that is unclear. */
export type Welcome = 'greets' | 'waits' | 'closed' | 'silent';

/** How a port takes a connection. Nothing is sent but what opens it. */
export async function welcomeAt(endpoint: Endpoint, outlet: Outlet): Promise<Welcome> {
  const limits = { total: GREETING_MS, silence: GREETING_MS, bytes: 1 << 16 };
  let connected = false;
  try {
    await outlet.talk(
      endpoint,
      (line) => {
        connected = true;
        return line.receive(() => true);
      },
      { limits },
    );
    return 'greets';
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (connected) return 'waits';
    return error.failure === 'refused' ? 'closed' : 'silent';
  }
}

/**
 * What a port lets in on which nobody speaks first, by how it answers a request, plain and behind TLS. `doubt` hears
 * of a question that was waited for in vain: there may be a door that is not among these.
 */
export async function* doorsOf(
  at: Omit<Endpoint, 'tls'>,
  outlet: Outlet,
  doubt: () => void,
): AsyncGenerator<Door> {
  const { door: open, talkative } = await plainDoor({ ...at, tls: false }, outlet, doubt);
  // Whoever answers in its own words does not wait for a handshake.
  const secure = talkative ? Promise.resolve(undefined) : secureDoor({ ...at, tls: true }, outlet, doubt);
  // It goes on while the plain door is examined, and is told of below.
  secure.catch(() => {});
  if (open.speaks === 'http') yield open;
  const other = await secure;
  if (other) yield other;
  else if (open.speaks !== 'http') yield open;
}

function answered(endpoint: Endpoint, front: HttpReply): Door {
  return { endpoint, speaks: front.status === 400 ? 'refuses' : 'http', front };
}

/** `talkative` when it answers as somebody who knows nothing of TLS. */
async function plainDoor(
  endpoint: Endpoint,
  outlet: Outlet,
  doubt: () => void,
): Promise<{ door: Door; talkative: boolean }> {
  try {
    const front = await new NetWire(endpoint, outlet).http({ path: '/' });
    const door = answered(endpoint, front);
    return { door, talkative: door.speaks === 'refuses' && !SPEAK_TLS.test(front.body) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.failure === 'timeout') doubt();
    const talkative = error.failure === 'not-http' && error.received[0] !== ALERT;
    return { door: { endpoint, speaks: 'tcp' }, talkative };
  }
}

/** The same port behind TLS; undefined when it does not speak that. */
async function secureDoor(endpoint: Endpoint, outlet: Outlet, doubt: () => void): Promise<Door | undefined> {
  let connected = false;
  try {
    return await outlet.talk(
      endpoint,
      async (line) => {
        connected = true;
        return answered(endpoint, await ask(line, endpoint, { path: '/' }));
      },
      { limits: { connect: HANDSHAKE_MS } },
    );
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (connected) return { endpoint, speaks: 'tcp' };
    if (error.failure !== 'tls') doubt();
    return undefined;
  }
}

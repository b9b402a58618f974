/** Ways to write "every address of this machine, or every machine". */
const ANY = new Set(['*', '0.0.0.0', '::', '[::]', '0', '0.0.0.0/0', '::/0', '[::0]', '::0', '+', '', '::*']);

/** Whether it stands for every address: a wildcard to listen on, or a network that holds everybody. */
export function isAny(address: string): boolean {
  return ANY.has(bare(address));
}

/** Whether only this machine is meant. A name that is not known to be local is not. */
export function isLoopback(address: string): boolean {
  return /^(?:localhost(?:\.localdomain)?|ip6-localhost|(?:host|gateway)\.docker\.internal|127(?:\.\d{1,3}){1,3}(?:\/\d+)?|\[?(?:::1|0:0:0:0:0:0:0:1)\]?(?:\/128)?|_local_|unix:.*|\/.*)$/i.test(
    bare(address),
  );
}

/** A host and port as they are written together; `port` is NaN when there is none. */
export function hostAndPort(text: string): { host: string; port: number } {
  const [, host = '', port] =
    /^(?:[a-z0-9+]+:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d{1,5}))?(?:\/.*)?$/i.exec(text.trim()) ?? [];
  return { host, port: port === undefined ? Number.NaN : Number(port) };
}

function bare(address: string): string {
  return address.trim().replace(/^["']|["']$/g, '');
}

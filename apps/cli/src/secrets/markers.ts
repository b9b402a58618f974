import { type Found, MARKER } from '@tacet/detect';
import type { Event, Json } from '@tacet/records';

/** A marker in an event, where a secret stood. */
export interface Placed extends Found {
  /** Names joined by `.`, places in lists in brackets: `input[0].content`. */
  path: string;
}

/** The markers of an event, in the order of its members. Whoever writes events can write their letters too. */
export function* markersOf(event: Event): Generator<Placed> {
  const { secrets: _, ...members } = event;
  // A stack of its own: how deep a row nests is the writer's choice.
  const open: { path: string; value: Json }[] = [{ path: '', value: members as { [name: string]: Json } }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, value } = next;
    if (typeof value === 'string') yield* inText(value, path);
    else if (Array.isArray(value))
      for (let at = value.length - 1; at >= 0; at--) open.push({ path: `${path}[${at}]`, value: value[at]! });
    else if (value !== null && typeof value === 'object')
      for (const name of Object.keys(value).reverse()) {
        const below = path === '' ? name : `${path}.${name}`;
        open.push({ path: below, value: value[name]! });
        yield* inText(name, below);
      }
  }
}

function* inText(text: string, path: string): Generator<Placed> {
  if (!text.includes('[secret:')) return;
  for (const [marker] of text.matchAll(MARKER)) {
    const [, kind = '', fingerprint] = marker.slice(0, -1).split(':');
    yield { kind, ...(fingerprint && { fingerprint }), path };
  }
}

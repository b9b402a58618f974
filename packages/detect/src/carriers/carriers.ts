import { entitiesDecoded } from './entities.ts';
import { unescaped } from './escapes.ts';
import { withoutNuls } from './nuls.ts';
import { percentDecoded } from './percent.ts';
import type { View } from './view.ts';

/** What hides the signs of a text, and the sign that such a text has. */
export const CARRIERS: readonly (readonly [sign: string, undo: (text: string) => View | undefined])[] = [
  ['\\', unescaped],
  ['%', percentDecoded],
  ['&', entitiesDecoded],
  ['\0', withoutNuls],
];

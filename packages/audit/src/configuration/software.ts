import { readXml } from './reading/xml.ts';
import { readYaml } from './reading/yaml.ts';
import type { Setting } from './setting.ts';

/** Whose configuration a file is. */
export type Software = 'clickhouse';

interface Known {
  readonly software: Software;
  /** Of the path, with `/` between folders. */
  readonly name: RegExp;
  /** What the text has, when the name does not say enough. */
  readonly holds?: RegExp;
  read(text: string, file: string): Setting;
}

const CLICKHOUSE_XML = /<(?:clickhouse|yandex)[\s>]/;

/** In this order: the first that fits is it. */
const KNOWN: readonly Known[] = [
  { software: 'clickhouse', name: /\.xml$/, holds: CLICKHOUSE_XML, read: readXml },
  {
    software: 'clickhouse',
    name: /\.ya?ml$/,
    holds: /^(?:users|profiles|quotas|listen_host|tcp_port|http_port|user_directories):/m,
    read: readYaml,
  },
];

/** Whether a file may be of interest, by its path alone. */
export function mayKnow(path: string): boolean {
  return KNOWN.some(({ name }) => name.test(path));
}

/** What a file is, by its path and what it holds; undefined when it is nothing known. */
export function recognise(path: string, text: string): Known | undefined {
  return KNOWN.find(({ name, holds }) => name.test(path) && (holds?.test(text) ?? true));
}

import { describe, expect, it } from 'vitest';
import type { Reading } from '../check.ts';
import { workloads } from '../checks/workloads.ts';
import { readingOf } from '../configuration.ts';
import { filledIn } from './variables.ts';

/** What the checks of containers find in these files, as `check file:line`. */
function found(files: Readonly<Record<string, string>>): string[] {
  const readings = Object.entries(files).map(([file, text]): Reading => readingOf(file, text)!);
  return [...workloads.run(readings)].map(([{ id }, { at }]) => {
    const [first] = [at].flat();
    return `${id} ${first!.file}:${first!.at.line}`;
  });
}

const service = (...lines: string[]) => `services:\n  a:\n${lines.map((line) => `    ${line}\n`).join('')}`;
const redis = (port: string) => found({ 'compose.yaml': service('image: redis', `ports: ["${port}"]`) });
const PUBLISHED = ['container-database-published compose.yaml:5'];
const OPEN = ['container-redis-open compose.yaml:2'];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Compose's variables
describe('variables', () => {
  it('are filled in as Compose does', () => {
    const set = new Map<string, string | null>([
      ['SET', 'x'],
      ['EMPTY', ''],
      ['UNSET', null],
    ]);
    const cases: readonly [text: string, filled: string][] = [
      ['a$SET-${SET}', 'ax-x'],
      ['$$SET', '$SET'],
      ['${SET:-y}${EMPTY:-y}${EMPTY-y}${UNSET-y}', 'xyy'],
      ['${SET:+y}${EMPTY:+y}${EMPTY+y}${UNSET+z}', 'yy'],
      ['${UNSET:-${SET:-${OTHER}}}!', 'x!'],
      ['${OTHER:-1:2}:3', '1:2:3'],
      ['${OTHER} $OTHER ${OTHER:-} ${OTHER:?why}', '${OTHER} ${OTHER} ${OTHER} ${OTHER}'],
      ['${', '${'],
      ['$1 ${a b}', '$1 ${a b}'],
    ];
    for (const [text, filled] of cases)
      expect(
        filledIn(text, (name) => set.get(name)),
        text,
      ).toBe(filled);
  });

  it('end however often they are begun', () => {
    expect(filledIn('${A:-'.repeat(200_000), () => undefined).length).toBeLessThan(1_000_000);
  });
});

describe('a published port', () => {
  it('is open unless it is known to lead to this machine alone', () => {
    for (const port of [
      '6379:6379',
      '6379',
      '${PORT:-6379}:6379',
      '${REDIS_HOST_PORT}:6379',
      '$PORT:$PORT',
      '0.0.0.0:1:6379',
    ])
      expect(redis(port), port).toEqual(OPEN);
    for (const port of [
      '127.0.0.1:6379:6379',
      '${PORT:-127.0.0.1:7654}:6379',
      '${HOST_IP:-127.0.0.1}:1:6379',
      '[::1]:1:6379',
      '$ADDRESS:1:6379',
      '${BIND_IP}:6379',
      '6379:6379/udp',
    ])
      expect(redis(port), port).toEqual([]);
  });

  it('follows what the file of variables beside it says', () => {
    const compose = service('image: redis', 'ports: ["${REDIS_PORT:-6379}:6379"]');
    expect(found({ 'compose.yaml': compose, '.env': 'REDIS_PORT=127.0.0.1:6379\n' })).toEqual([]);
  });
});

describe('a service', () => {
  it('is what its image is, whatever its tag and registry', () => {
    for (const image of ['${REGISTRY}/redis:7', 'redis:${VERSION}', '${IMAGE:-redis:7}', 'redis:7@sha256:00'])
      expect(found({ 'compose.yaml': service(`image: ${image}`, 'ports: ["6379"]') }), image).toEqual(OPEN);
  });

  it('is what its recipe begins with, and configured by the files in it', () => {
    const compose = service('build: { context: ./db }', 'image: own/thing', 'ports: ["6379"]');
    const recipe = 'FROM golang AS tools\nFROM redis:7 AS base\nFROM base\n';
    expect(found({ 'compose.yaml': compose, 'db/Dockerfile': recipe })).toEqual(OPEN);
    const configured = `${recipe}COPY redis.conf /etc/redis.conf\nCMD ["redis-server", "/etc/redis.conf"]\n`;
    expect(found({ 'compose.yaml': compose, 'db/Dockerfile': configured })).toEqual(PUBLISHED);
  });

  it('is given variables by files', () => {
    const compose = service('image: postgres', 'env_file: [db.env]', 'ports: ["5432:5432"]');
    expect(found({ 'compose.yaml': compose, 'db.env': 'POSTGRES_HOST_AUTH_METHOD=trust\n' })).toEqual([
      'container-postgres-open db.env:1',
    ]);
    // A guess at what a file holds that was not given would be no finding.
    expect(found({ 'compose.yaml': service('image: redis', 'env_file: x.env', 'ports: ["6379"]') })).toEqual(
      PUBLISHED,
    );
  });

  it('is put together from override and main file, each at its own line', () => {
    const main = service('image: postgres', 'environment: [POSTGRES_PASSWORD=$SECRET]');
    const override = service('environment:', '  POSTGRES_HOST_AUTH_METHOD: trust', 'ports: ["5432:5432"]');
    expect(found({ 'd/compose.yml': main, 'd/compose.override.yml': override })).toEqual([
      'container-postgres-open d/compose.override.yml:4',
    ]);
    expect(found({ 'd/compose.yml': main, 'd/compose.prod.yml': override })).toEqual([
      'container-postgres-open d/compose.prod.yml:4',
    ]);
  });

  it('takes over what it extends, and no circle goes on', () => {
    const base = 'services:\n  base:\n    image: redis\n    ports: ["6379:6379"]\n';
    expect(
      found({
        'common.compose.yaml': base,
        'compose.yaml': service('extends: { file: common.compose.yaml, service: base }'),
      }),
    ).toContain('container-redis-open compose.yaml:2');
    const circle = 'services:\n  a: { extends: b, image: redis, ports: ["6379"] }\n  b: { extends: a }\n';
    expect(found({ 'compose.yaml': circle })).toContain('container-redis-open compose.yaml:2');
    const wide = `x: &x [${'1, '.repeat(20_000)}]\nservices:\n  base: { image: x, x: *x }\n${Array.from({ length: 5_000 }, (_, at) => `  s${at}: { extends: base }\n`).join('')}`;
    expect(found({ 'compose.yaml': wide })).toEqual([]);
  });

  it('may be the filter that keeps others from Docker', () => {
    const compose = (image: string) =>
      service(`image: ${image}`, 'volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]');
    expect(found({ 'compose.yaml': compose('tecnativa/docker-socket-proxy') })).toEqual([]);
    expect(found({ 'compose.yaml': compose('traefik') })).toEqual(['container-docker-socket compose.yaml:4']);
  });

  it('has the machine by tracing only where it sees its processes', () => {
    const compose = (...more: string[]) => service('image: x', 'cap_add: [SYS_PTRACE]', ...more);
    expect(found({ 'compose.yaml': compose() })).toEqual([]);
    expect(found({ 'compose.yaml': compose('pid: host') })).toContain(
      'container-strong-capabilities compose.yaml:4',
    );
  });

  it('keeps no secret in the name of a region', () => {
    const compose = service('image: x', 'environment: { CREDENTIALS_AWS_REGION: eu-central-1 }');
    expect(found({ 'compose.yaml': compose })).toEqual([]);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Compose's variables

import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../receive/src/dialects/index.ts';
import { fieldOf } from '../src/query/index.ts';

describe('the names of a query', () => {
  const known = DIALECTS.flatMap(({ fields = {} }) =>
    Object.entries(fields).flatMap(([member, sources]) =>
      sources.map((source) => [typeof source === 'string' ? source : source.json, member] as const),
    ),
  );

  it('are all the names that events come under', () => {
    expect(known.length).toBeGreaterThan(50);
    for (const [name, member] of known) {
      const { paths } = fieldOf(name);
      expect(paths, name).toContain(member);
      expect(paths, name).toContain(`attributes.${name}`);
    }
  });
});

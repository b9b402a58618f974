import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkConfiguration } from '../configuration/configuration.ts';
import { type Finding, findingOf } from '../finding.ts';
import { findingsAsSarif, sarifFile } from './sarif.ts';

/** A reference by RFC 3986 without anything that must be percent-encoded. */
const uri = z.string().regex(/^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$/);
const message = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const level = z.enum(['none', 'note', 'warning', 'error']);
const place = z.strictObject({
  artifactLocation: z.strictObject({ uri }),
  region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1).optional() }),
});

/** What SARIF 2.1.0 (OASIS, sections 3.13 to 3.49) requires of the objects that are written. */
const LOG = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      columnKind: z.literal('utf16CodeUnits'),
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string().min(1),
              shortDescription: message,
              fullDescription: message,
              help: message,
              helpUri: z.url(),
              defaultConfiguration: z.strictObject({ level }),
              properties: z.strictObject({
                'security-severity': z.string().regex(/^\d+\.\d$/),
                tags: z.array(z.string()),
              }),
            }),
          ),
        }),
      }),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level,
          message,
          partialFingerprints: z.record(z.string(), z.string()),
          locations: z.tuple([z.strictObject({ physicalLocation: place })]),
          relatedLocations: z
            .array(z.strictObject({ id: z.int().min(0), physicalLocation: place, message }))
            .optional(),
        }),
      ),
    }),
  ]),
});

describe('findings as SARIF', () => {
  let findings: readonly Finding[];
  beforeAll(async () => {
    ({ findings } = await checkConfiguration([join(import.meta.dirname, '../../examples/configuration')]));
  });

  it('has what the format requires, of every example', () => {
    const { runs } = LOG.parse(findingsAsSarif(findings, '1.2.3'));
    const { tool, results } = runs[0];
    expect(results.length).toBe(findings.length);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const prints = results.map((result) => result.partialFingerprints['tacet/v1']);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('leads to the line, and to the other settings that take part', () => {
    const log = LOG.parse(findingsAsSarif(findings, '1.2.3'));
    const result = log.runs[0].results.find(
      ({ ruleId, relatedLocations = [] }) =>
        ruleId === 'clickhouse-open-to-world' && relatedLocations.length > 1,
    )!;
    expect(result.level).toBe('error');
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toMatch(/users\.xml$/);
    expect(result.locations[0].physicalLocation.region.startLine).toBe(6);
    expect(result.relatedLocations!.map(({ message }) => message.text)).toEqual([
      'ip: ::/0',
      'listen_host: ::',
    ]);
  });

  it('leaves out what stands in no file', () => {
    const check = { id: 'x', title: 'x', severity: 'high', why: 'x', fix: 'x', references: [] } as const;
    const probe = findingOf(check, { source: 'probe', subject: 'tcp://127.0.0.1:1' });
    expect(LOG.parse(findingsAsSarif([probe], '1')).runs[0].results).toEqual([]);
  });

  it('names files by references that need no guessing', () => {
    expect(sarifFile('a b/c#1?.yml').uri).toBe('a%20b/c%231%3F.yml');
    expect(sarifFile('/etc/x y').uri).toBe('file:///etc/x%20y');
    expect(sarifFile('c:d').uri).toBe('c%3Ad');
  });
});
